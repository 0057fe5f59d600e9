//! What can go wrong with an object.

use s3s::{S3Error, S3ErrorCode};

/// A storage error, in words that fit into a job's failure reason.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StorageError {
    /// There is no such bucket.
    #[error("the bucket `{0}` does not exist")]
    NoSuchBucket(String),
    /// There is no such object.
    #[error("the object `{0}` does not exist")]
    NoSuchKey(String),
    /// An object of that name exists already.
    #[error("the object `{0}` exists already")]
    Exists(String),
    /// A key that cannot be the path of a file.
    #[error("the key `{0}` cannot be the path of a file")]
    UnusableKey(String),
    /// Part of the key is an object, or the key is part of another one's.
    #[error("the key `{0}` is a folder and an object at once, which this storage cannot hold")]
    Occupied(String),
    /// More than the caller takes.
    #[error("the object `{key}` is larger than {limit} bytes")]
    TooLarge {
        /// Which object.
        key: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// The file system failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl From<StorageError> for S3Error {
    fn from(error: StorageError) -> Self {
        let code = match &error {
            StorageError::NoSuchBucket(_) => S3ErrorCode::NoSuchBucket,
            StorageError::NoSuchKey(_) => S3ErrorCode::NoSuchKey,
            StorageError::Exists(_) => S3ErrorCode::PreconditionFailed,
            StorageError::UnusableKey(_) | StorageError::Occupied(_) => S3ErrorCode::InvalidArgument,
            StorageError::TooLarge { .. } => S3ErrorCode::EntityTooLarge,
            StorageError::Io(_) => S3ErrorCode::InternalError,
        };
        let message = error.to_string();
        let mut answer = S3Error::with_source(code, Box::new(error));
        answer.set_message(message);
        answer
    }
}
