//! Content-addressed objects: the spec and the code. Their hash is their name, so they are written
//! once, never change, and are verified whenever they are read.

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};
use crate::{Store, keys};

/// Sha256 of some bytes.
pub fn hash(bytes: impl AsRef<[u8]>) -> [u8; 32] {
    Sha256::digest(bytes.as_ref()).into()
}

/// Sha256 of some bytes as hex, the form that keys and records use.
pub fn hash_hex(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(hash(bytes))
}

pub(crate) fn to_hex(hasher: Sha256) -> String {
    hex::encode(hasher.finalize())
}

impl Store {
    /// Stores the exact bytes of a spec under their hash.
    pub async fn put_spec(&self, pipeline: &str, hash: &str, spec: impl Into<Bytes>) -> Result<()> {
        self.put_bytes(&keys::spec(pipeline, hash), spec).await
    }

    /// Reads a spec and verifies its hash.
    pub async fn get_spec(&self, pipeline: &str, hash: &str) -> Result<Bytes> {
        self.get_verified(&keys::spec(pipeline, hash), hash).await
    }

    /// Says whether a code archive is stored already.
    pub async fn has_code(&self, hash: &str) -> Result<bool> {
        self.exists(&keys::code(hash)).await
    }

    /// Stores a code archive under the hash of its bytes.
    pub async fn put_code(&self, hash: &str, archive: impl Into<Bytes>) -> Result<()> {
        self.put_bytes(&keys::code(hash), archive).await
    }

    /// Reads a code archive and verifies its hash.
    pub async fn get_code(&self, hash: &str) -> Result<Bytes> {
        self.get_verified(&keys::code(hash), hash).await
    }

    async fn get_verified(&self, key: &str, expected: &str) -> Result<Bytes> {
        let bytes = self.get_bytes(key).await?;
        let found = hash_hex(&bytes);
        if found == expected {
            Ok(bytes)
        } else {
            Err(Error::Corrupt { key: key.to_owned(), expected: expected.to_owned(), found })
        }
    }
}
