//! `model.tar.gz` and `output.tar.gz`: a folder's content as one object.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use fs_err as fs;

use crate::s3::{Replace, Storage, StorageError, split_uri};

/// Packs the folders of all hosts into one archive; writes none when there is nothing in them.
pub(super) fn upload(storage: &Storage, folders: &[PathBuf], uri: &str) -> Result<(), StorageError> {
    let full: Vec<&PathBuf> = folders.iter().filter(|folder| has_content(folder)).collect();
    if full.is_empty() {
        return Ok(());
    }
    let partial = storage.partial_path();
    if let Err(error) = pack(&full, &partial) {
        let _ = fs::remove_file(&partial);
        return Err(error.into());
    }
    let (bucket, key) = split_uri(uri).expect("the plan checked the URI");
    storage.commit(&partial, bucket, key, Replace::Allowed, None).inspect_err(|_| {
        let _ = fs::remove_file(&partial);
    })
}

fn has_content(folder: &Path) -> bool {
    let real = fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir());
    real && fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

fn pack(folders: &[&PathBuf], target: &Path) -> std::io::Result<()> {
    let file = BufWriter::new(fs::File::create(target)?);
    let mut archive = tar::Builder::new(GzEncoder::new(file, Compression::default()));
    archive.follow_symlinks(false);
    for folder in folders {
        let mut names: Vec<_> =
            fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<std::io::Result<_>>()?;
        names.sort();
        for name in names {
            let path = folder.join(&name);
            let kind = fs::symlink_metadata(&path)?.file_type();
            if kind.is_dir() {
                archive.append_dir_all(&name, &path)?;
            } else if kind.is_file() || kind.is_symlink() {
                archive.append_path_with_name(&path, &name)?;
            }
        }
    }
    archive.into_inner()?.finish()?.flush()
}
