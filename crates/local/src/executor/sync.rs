//! Outputs that go to S3 while the job runs: continuous outputs and checkpoints.

use std::collections::HashMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::plan::{Output, OutputForm};
use super::upload::{files_below, key_of, put};
use crate::s3::{Storage, StorageError};

/// Size and time of a file when it was uploaded.
type Version = (u64, i64, i64);

/// What has been uploaded so far.
#[derive(Debug, Default)]
pub(super) struct Synced {
    versions: HashMap<PathBuf, Version>,
}

impl Synced {
    /// Takes note of files that came from S3: they need no upload, and their deletion is one.
    pub(super) fn note(&mut self, folder: &Path) -> std::io::Result<()> {
        for file in files_below(folder)? {
            let version = version(&fs::metadata(&file)?);
            self.versions.insert(file, version);
        }
        Ok(())
    }

    /// Uploads what has changed in one folder since the last time.
    pub(super) fn sync(
        &mut self,
        storage: &Storage,
        output: &Output,
        folder: &Path,
    ) -> Result<(), StorageError> {
        let files = files_below(folder)?;
        for file in &files {
            let metadata = match fs::metadata(file) {
                Ok(metadata) => metadata,
                // Removed since the folder was read.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error.into()),
            };
            let version = version(&metadata);
            if self.versions.get(file) == Some(&version) {
                continue;
            }
            match put(storage, folder, file, &output.uri) {
                Err(StorageError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => continue,
                other => other?,
            }
            self.versions.insert(file.clone(), version);
        }
        if output.form == OutputForm::Mirror {
            self.delete_absent(storage, output, folder, &files)?;
        }
        Ok(())
    }

    /// Deletes from S3 what was uploaded once and is no longer in the folder.
    fn delete_absent(
        &mut self,
        storage: &Storage,
        output: &Output,
        folder: &Path,
        files: &[PathBuf],
    ) -> Result<(), StorageError> {
        let mut gone: Vec<PathBuf> = self
            .versions
            .keys()
            .filter(|file| file.starts_with(folder) && files.binary_search(file).is_err())
            .cloned()
            .collect();
        gone.sort();
        for file in gone {
            let (bucket, key) = key_of(folder, &file, &output.uri);
            storage.delete(&bucket, &key)?;
            self.versions.remove(&file);
        }
        Ok(())
    }
}

fn version(metadata: &std::fs::Metadata) -> Version {
    (metadata.len(), metadata.mtime(), metadata.mtime_nsec())
}
