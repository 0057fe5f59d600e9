//! Reading files back: in parallel ranges, hashed on the way, and only accepted if the hash is the
//! recorded one.

use std::path::{Component, Path, PathBuf};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use object_store::ObjectStoreExt as _;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use super::{FILES, PART};
use crate::error::{Error, Result};
use crate::record::FileRecord;
use crate::{Store, content};

/// Ranges of one large object that are read at the same time.
const RANGES: usize = 4;

impl Store {
    /// Reads `files` of the folder `key` into a local folder, which is created. A file whose content
    /// is not what its record says is an error.
    pub async fn download_folder(&self, key: &str, files: &[FileRecord], folder: &Path) -> Result<()> {
        create_folder(folder).await?;
        futures_util::stream::iter(files)
            .map(|file| self.download_file(key, file, folder))
            .buffer_unordered(FILES)
            .try_collect()
            .await
    }

    async fn download_file(&self, folder_key: &str, file: &FileRecord, folder: &Path) -> Result<()> {
        let key = format!("{folder_key}/{}", file.path);
        let target = inside(folder, &file.path)?;
        if let Some(parent) = target.parent().filter(|parent| *parent != folder) {
            create_folder(parent).await?;
        }
        let found = if file.size <= PART {
            let _held = self.limits.hold(file.size).await;
            let bytes = self.get_bytes(&key).await?;
            let found = content::hash_hex(&bytes);
            if found == file.sha256 {
                let written = fs_err::tokio::write(&target, &bytes).await;
                written.map_err(|source| Error::File { action: "write", path: target, source })?;
            }
            found
        } else {
            self.download_ranges(&key, file.size, target).await?
        };
        if found == file.sha256 {
            Ok(())
        } else {
            Err(Error::Corrupt { key, expected: file.sha256.clone(), found })
        }
    }

    async fn download_ranges(&self, key: &str, size: u64, target: PathBuf) -> Result<String> {
        let failed = |source| Error::File { action: "write", path: target.clone(), source };
        let mut output = fs_err::tokio::File::create(&target).await.map_err(failed)?;
        let mut hasher = Sha256::new();
        let mut ranges = std::pin::pin!(self.ranges(key, size));
        while let Some(bytes) = ranges.try_next().await? {
            hasher.update(&bytes);
            output.write_all(&bytes).await.map_err(failed)?;
        }
        output.flush().await.map_err(failed)?;
        Ok(content::to_hex(hasher))
    }

    /// The bytes of an object in order, several ranges ahead.
    fn ranges<'a>(&'a self, key: &'a str, size: u64) -> impl Stream<Item = Result<Bytes>> + 'a {
        let starts = (0..size.div_ceil(PART)).map(|index| index * PART);
        futures_util::stream::iter(starts)
            .map(move |start| async move {
                let failed = |error| Error::from_store("read", key, &error);
                let range = start..size.min(start + PART);
                self.objects.get_range(&self.path(key)?, range).await.map_err(failed)
            })
            .buffered(RANGES)
    }
}

/// Joins a recorded path to a folder. Records are data from elsewhere, so a path that leads out of
/// the folder is refused.
fn inside(folder: &Path, relative: &str) -> Result<PathBuf> {
    let relative_path = Path::new(relative);
    let plain =
        !relative.is_empty() && relative_path.components().all(|part| matches!(part, Component::Normal(_)));
    if plain { Ok(folder.join(relative_path)) } else { Err(Error::Name { name: relative.to_owned() }) }
}

async fn create_folder(folder: &Path) -> Result<()> {
    let created = fs_err::tokio::create_dir_all(folder).await;
    created.map_err(|source| Error::File { action: "create", path: folder.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_paths_stay_inside_their_folder() {
        let folder = Path::new("/a");
        assert_eq!(inside(folder, "b/c.txt").unwrap(), Path::new("/a/b/c.txt"));
        for path in ["../x", "/etc/passwd", "b/../../x", ""] {
            assert!(inside(folder, path).is_err(), "{path}");
        }
    }
}
