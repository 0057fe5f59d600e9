//! Objects as files: `<state dir>/s3/<bucket>/<key>`. Shared by the S3 service and the job executor.
//!
//! An object appears under its name in one step, complete. What a file cannot hold (content type, ETag, user
//! metadata) is in [`attributes`](super::attributes).

use std::io::Read;
use std::path::{Component, Path, PathBuf};

use fs_err as fs;

use super::attributes::{self, Attributes};
use super::error::StorageError;
use super::walk::Walk;

type Result<T, E = StorageError> = std::result::Result<T, E>;

/// The embedded S3's files. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Storage {
    /// One folder per bucket.
    buckets: PathBuf,
    /// Objects that are being written; on the same file system.
    partial: PathBuf,
    /// Multipart uploads under way.
    uploads: PathBuf,
    /// What files cannot hold.
    attributes: PathBuf,
}

/// Whether an existing object may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replace {
    /// Yes.
    Allowed,
    /// No: writing fails when there is one.
    Refused,
}

impl Storage {
    /// Opens the storage of a state directory and removes what a crash left half-written.
    pub(crate) fn open(state_dir: &Path) -> std::io::Result<Self> {
        let storage = Self {
            buckets: state_dir.join("s3"),
            partial: state_dir.join("s3-partial"),
            uploads: state_dir.join("s3-uploads"),
            attributes: state_dir.join("s3-attributes"),
        };
        if storage.partial.exists() {
            fs::remove_dir_all(&storage.partial)?;
        }
        for folder in [&storage.buckets, &storage.partial, &storage.uploads, &storage.attributes] {
            fs::create_dir_all(folder)?;
        }
        Ok(storage)
    }

    /// The folder of all buckets.
    pub(crate) fn buckets(&self) -> &Path {
        &self.buckets
    }

    /// The folder of multipart uploads.
    pub(crate) fn uploads(&self) -> &Path {
        &self.uploads
    }

    /// The folder of a bucket that exists.
    pub(crate) fn bucket(&self, bucket: &str) -> Result<PathBuf> {
        let path = self.bucket_path(bucket)?;
        if path.is_dir() { Ok(path) } else { Err(StorageError::NoSuchBucket(bucket.to_owned())) }
    }

    /// Where a bucket is, or would be.
    pub(crate) fn bucket_path(&self, bucket: &str) -> Result<PathBuf> {
        // Names of buckets have no separators, so that one can never name a place outside.
        if bucket.is_empty() || bucket.starts_with('.') || bucket.contains(['/', '\0']) {
            return Err(StorageError::NoSuchBucket(bucket.to_owned()));
        }
        Ok(self.buckets.join(bucket))
    }

    /// The file of a key, whether or not it exists.
    pub(crate) fn object_path(&self, bucket: &str, key: &str) -> Result<PathBuf> {
        let folder = self.bucket(bucket)?;
        let relative = Path::new(key);
        let normal = relative.components().all(|part| matches!(part, Component::Normal(_)));
        let plain = !key.contains("//") && !key.contains('\0') && !key.split('/').any(|part| part == ".");
        let short = key.split('/').all(|part| part.len() <= 255);
        if normal && plain && short && !key.is_empty() {
            Ok(folder.join(relative))
        } else {
            Err(StorageError::UnusableKey(key.to_owned()))
        }
    }

    /// Opens an object that exists.
    pub(crate) fn object(&self, bucket: &str, key: &str) -> Result<fs::File> {
        let path = self.object_path(bucket, key)?;
        let missing = || StorageError::NoSuchKey(key.to_owned());
        match fs::File::open(path) {
            Ok(file) if file.metadata()?.is_file() => Ok(file),
            Ok(_) => Err(missing()),
            Err(error) if is_absent(&error) => Err(missing()),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads a whole object of at most `limit` bytes.
    pub(crate) fn read(&self, bucket: &str, key: &str, limit: u64) -> Result<Vec<u8>> {
        let file = self.object(bucket, key)?;
        if file.metadata()?.len() > limit {
            return Err(StorageError::TooLarge { key: key.to_owned(), limit });
        }
        let mut bytes = Vec::new();
        file.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// All objects whose key starts with `prefix`, in the order of their keys.
    pub(crate) fn walk(&self, bucket: &str, prefix: &str) -> Result<Walk> {
        Ok(Walk::new(self.bucket(bucket)?, prefix))
    }

    /// A new file for an object that is being written.
    pub(crate) fn partial_path(&self) -> PathBuf {
        self.partial.join(uuid::Uuid::new_v4().simple().to_string())
    }

    /// Gives a finished file the name of an object.
    pub(crate) fn commit(
        &self,
        partial: &Path,
        bucket: &str,
        key: &str,
        replace: Replace,
        attributes: Option<&mut Attributes>,
    ) -> Result<()> {
        let target = self.object_path(bucket, key)?;
        let folder = target.parent().expect("a key is below its bucket");
        loop {
            fs::create_dir_all(folder).map_err(|error| occupied(error, key))?;
            let named = match replace {
                Replace::Allowed => fs::rename(partial, &target),
                // A link is refused when the name exists, in one step, whoever else is writing.
                Replace::Refused => fs::hard_link(partial, &target).and_then(|()| fs::remove_file(partial)),
            };
            match named {
                Ok(()) => break,
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                    fs::remove_file(partial)?;
                    return Err(StorageError::Exists(key.to_owned()));
                }
                // Somebody deleted the last other object of the folder meanwhile.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound && partial.exists() => {
                    self.bucket(bucket)?;
                }
                Err(error) => return Err(occupied(error, key)),
            }
        }
        if let Some(attributes) = attributes {
            attributes.stamp(&fs::metadata(&target)?);
            attributes::save(&self.attributes, bucket, key, attributes)?;
        }
        Ok(())
    }

    /// Copies a file into an object.
    pub(crate) fn put_file(&self, source: &mut fs::File, bucket: &str, key: &str) -> Result<()> {
        let partial = self.partial_path();
        let copied = fs::File::create(&partial).and_then(|mut file| std::io::copy(source, &mut file));
        if let Err(error) = copied {
            let _ = fs::remove_file(&partial);
            return Err(error.into());
        }
        self.commit(&partial, bucket, key, Replace::Allowed, None)
    }

    /// Removes an object, and the folders that became empty. An object that does not exist is removed already.
    pub(crate) fn delete(&self, bucket: &str, key: &str) -> Result<()> {
        let root = self.bucket(bucket)?;
        let Ok(path) = self.object_path(bucket, key) else { return Ok(()) };
        if path.is_dir() {
            if key.ends_with('/') {
                let _ = fs::remove_dir(&path);
            }
            return Ok(());
        }
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if is_absent(&error) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        attributes::remove(&self.attributes, bucket, key)?;
        for folder in path.ancestors().skip(1).take_while(|folder| *folder != root) {
            // Not empty: somebody else's object is in it.
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// The attributes of an object; its ETag is computed where nobody has stored one, and kept.
    pub(crate) fn attributes(&self, bucket: &str, key: &str) -> Result<(Attributes, std::fs::Metadata)> {
        let file = self.object(bucket, key)?;
        let metadata = file.metadata()?;
        if let Some(attributes) = attributes::load(&self.attributes, bucket, key, &metadata) {
            return Ok((attributes, metadata));
        }
        let mut attributes = Attributes { etag: attributes::md5(file)?, ..Attributes::default() };
        attributes.stamp(&metadata);
        attributes::save(&self.attributes, bucket, key, &attributes)?;
        Ok((attributes, metadata))
    }
}

/// Splits `s3://bucket/key`.
pub(crate) fn split_uri(uri: &str) -> Option<(&str, &str)> {
    let rest = uri.strip_prefix("s3://")?;
    let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
    (!bucket.is_empty()).then_some((bucket, key))
}

/// Whether a path does not exist, be it that one of its folders is a file.
fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
}

/// Files and folders share their names here, which keys of S3 need not.
fn occupied(error: std::io::Error, key: &str) -> StorageError {
    match error.kind() {
        std::io::ErrorKind::NotADirectory
        | std::io::ErrorKind::IsADirectory
        | std::io::ErrorKind::AlreadyExists => StorageError::Occupied(key.to_owned()),
        _ => error.into(),
    }
}
