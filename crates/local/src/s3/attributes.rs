//! What an object has besides its bytes: ETag, content type, checksums, user metadata.
//!
//! Kept in a file of its own per object, named by a hash so that keys of any length fit. It speaks of one state of
//! the object's file: when size or time differ, the object was replaced and the attributes are not its own.

use std::collections::BTreeMap;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use fs_err as fs;
use s3s::crypto::{Checksum as _, Md5};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The attributes of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Attributes {
    /// Hexadecimal MD5, or `<md5 of md5s>-<parts>`.
    pub(crate) etag: String,
    /// Headers that come back as they were sent: `content-type`, `cache-control`, ….
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) headers: BTreeMap<String, String>,
    /// `x-amz-meta-…`, without the prefix.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) metadata: BTreeMap<String, String>,
    /// Checksums by algorithm, base64.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) checksums: BTreeMap<String, String>,
    /// Size of the file that these are of; see [`Attributes::stamp`].
    pub(super) size: u64,
    /// Time of that file, in seconds and nanoseconds.
    pub(super) modified: (i64, i64),
}

impl Attributes {
    /// Ties the attributes to one state of the object's file.
    pub(crate) fn stamp(&mut self, metadata: &std::fs::Metadata) {
        self.size = metadata.len();
        self.modified = (metadata.mtime(), metadata.mtime_nsec());
    }

    fn is_of(&self, metadata: &std::fs::Metadata) -> bool {
        self.size == metadata.len() && self.modified == (metadata.mtime(), metadata.mtime_nsec())
    }
}

/// Loads the attributes of an object, if they are of this state of its file.
pub(super) fn load(folder: &Path, bucket: &str, key: &str, file: &std::fs::Metadata) -> Option<Attributes> {
    let bytes = fs::read(path(folder, bucket, key)).ok()?;
    let attributes: Attributes = serde_json::from_slice(&bytes).ok()?;
    attributes.is_of(file).then_some(attributes)
}

/// Writes the attributes of an object.
pub(super) fn save(folder: &Path, bucket: &str, key: &str, attributes: &Attributes) -> std::io::Result<()> {
    let path = path(folder, bucket, key);
    let partial = path.with_extension(uuid::Uuid::new_v4().simple().to_string());
    fs::create_dir_all(path.parent().expect("the path has a folder for its first byte"))?;
    fs::write(&partial, serde_json::to_vec(attributes)?)?;
    fs::rename(partial, path)
}

/// Removes the attributes of an object.
pub(super) fn remove(folder: &Path, bucket: &str, key: &str) -> std::io::Result<()> {
    match fs::remove_file(path(folder, bucket, key)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The hexadecimal MD5 of everything that is read.
pub(super) fn md5(mut input: impl Read) -> std::io::Result<String> {
    let mut hash = Md5::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match input.read(&mut buffer)? {
            0 => return Ok(hex::encode(hash.finalize())),
            length => hash.update(&buffer[..length]),
        }
    }
}

fn path(folder: &Path, bucket: &str, key: &str) -> PathBuf {
    let hash = hex::encode(Sha256::digest(format!("{bucket}\0{key}")));
    folder.join(&hash[..2]).join(&hash[2..])
}
