//! Operations on buckets.

use fs_err as fs;
use s3s::dto::{Bucket, Timestamp};
use s3s::{S3Result, s3_error};

use super::receive::failed;
use super::storage::Storage;

pub(super) fn create(storage: &Storage, bucket: &str) -> S3Result<()> {
    match fs::create_dir(storage.bucket_path(bucket)?) {
        // In us-east-1 the owner may create a bucket again.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map_err(failed),
    }
}

pub(super) fn delete(storage: &Storage, bucket: &str) -> S3Result<()> {
    let mut objects = storage.walk(bucket, "")?;
    if objects.next().transpose().map_err(failed)?.is_some() {
        return Err(s3_error!(BucketNotEmpty, "The bucket you tried to delete is not empty."));
    }
    fs::remove_dir_all(storage.bucket(bucket)?).map_err(failed)
}

pub(super) fn list(storage: &Storage) -> S3Result<Vec<Bucket>> {
    let mut buckets = Vec::new();
    for entry in fs::read_dir(storage.buckets()).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let metadata = entry.metadata().map_err(failed)?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if metadata.is_dir() && !name.starts_with('.') {
            let created = metadata.created().or_else(|_| metadata.modified()).map_err(failed)?;
            buckets.push(Bucket {
                name: Some(name),
                creation_date: Some(Timestamp::from(created)),
                ..Bucket::default()
            });
        }
    }
    buckets.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(buckets)
}
