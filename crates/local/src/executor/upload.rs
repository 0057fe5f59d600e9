//! Outputs: files of a job's folder into S3, file to file. Symbolic links are not followed.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::archive;
use super::plan::{Output, OutputForm, join_uri};
use super::sync::Synced;
use crate::s3::{Storage, StorageError, split_uri};

/// Uploads everything that is due at the end of a job, from all its hosts.
pub(super) fn upload(
    storage: &Storage,
    outputs: &[&Output],
    ml_folders: &[PathBuf],
    synced: &mut Synced,
) -> Result<(), StorageError> {
    for output in outputs {
        let folders: Vec<PathBuf> = ml_folders.iter().map(|ml| ml.join(&output.path)).collect();
        match output.form {
            OutputForm::Archive => archive::upload(storage, &folders, &output.uri)?,
            OutputForm::Files => {
                for folder in &folders {
                    for file in files_below(folder)? {
                        put(storage, folder, &file, &output.uri)?;
                    }
                }
            }
            OutputForm::Continuous | OutputForm::Mirror => {
                for folder in &folders {
                    synced.sync(storage, output, folder)?;
                }
            }
        }
    }
    Ok(())
}

/// Uploads one file to its place below a prefix.
pub(super) fn put(storage: &Storage, folder: &Path, file: &Path, uri: &str) -> Result<(), StorageError> {
    let (bucket, key) = key_of(folder, file, uri);
    storage.put_file(&mut fs::File::open(file)?, &bucket, &key)
}

/// Bucket and key of a file.
pub(super) fn key_of(folder: &Path, file: &Path, uri: &str) -> (String, String) {
    let relative = file.strip_prefix(folder).expect("the file was found below the folder");
    let target = join_uri(uri, &relative.to_string_lossy());
    let (bucket, key) = split_uri(&target).expect("the plan checked the URI");
    (bucket.to_owned(), key.to_owned())
}

/// The regular files below a folder, by path; none when there is no such folder.
pub(super) fn files_below(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    // A job may have put a link to another place where its output folder was.
    if !fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir()) {
        return Ok(files);
    }
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}
