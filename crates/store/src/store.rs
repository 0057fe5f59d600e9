//! The store itself, and what every other part of this crate is made of: whole objects by key.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutPayload};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::folder::Limits;
use crate::record::{VERSION, Versioned};
use crate::{Connection, open};

/// An open artifact store. Cloning is cheap, and clones share connections and limits.
#[derive(Clone)]
pub struct Store {
    pub(crate) objects: Arc<dyn ObjectStore>,
    pub(crate) limits: Limits,
    prefix: Arc<str>,
    uri: Arc<str>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("uri", &self.uri).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens `file:///folder` (which is created) or `s3://bucket/prefix`. Nothing is sent yet.
    pub fn open(uri: &str, connection: &Connection) -> Result<Self> {
        let opened = open::open(uri, connection)?;
        Ok(Self {
            objects: opened.objects,
            limits: Limits::default(),
            prefix: opened.prefix.into(),
            uri: uri.trim_end_matches('/').into(),
        })
    }

    /// The address that the store was opened with, without a slash at its end.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The address of one object or folder, for people and for other tools.
    pub fn uri_of(&self, key: &str) -> String {
        if key.is_empty() { self.uri.to_string() } else { format!("{}/{key}", self.uri) }
    }

    /// Reads an object.
    pub async fn get_bytes(&self, key: &str) -> Result<Bytes> {
        let failed = |error| Error::from_store("read", key, &error);
        let found = self.objects.get(&self.path(key)?).await.map_err(failed)?;
        found.bytes().await.map_err(failed)
    }

    /// Reads an object that may be absent.
    pub async fn find_bytes(&self, key: &str) -> Result<Option<Bytes>> {
        match self.get_bytes(key).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes an object, whatever was there before.
    pub async fn put_bytes(&self, key: &str, bytes: impl Into<Bytes>) -> Result<()> {
        let payload = PutPayload::from(bytes.into());
        let put = self.objects.put(&self.path(key)?, payload).await;
        put.map_err(|error| Error::from_store("write", key, &error))?;
        Ok(())
    }

    /// Writes an object unless there is one; says whether it was written.
    pub async fn put_bytes_if_absent(&self, key: &str, bytes: impl Into<Bytes>) -> Result<bool> {
        let payload = PutPayload::from(bytes.into());
        match self.objects.put_opts(&self.path(key)?, payload, PutMode::Create.into()).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
                Ok(false)
            }
            Err(error) => Err(Error::from_store("write", key, &error)),
        }
    }

    /// Says whether an object is there, without reading it.
    pub async fn exists(&self, key: &str) -> Result<bool> {
        match self.objects.head(&self.path(key)?).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(Error::from_store("read", key, &error)),
        }
    }

    /// Keys of all objects below a folder, in no particular order.
    pub async fn list_keys(&self, folder: &str) -> Result<Vec<String>> {
        let failed = |error| Error::from_store("list", folder, &error);
        let path = self.path(folder)?;
        let stream = self.objects.list(Some(&path));
        stream.map_ok(|object| self.key(&object.location)).try_collect().await.map_err(failed)
    }

    /// Names of the folders directly below a folder.
    pub async fn list_folders(&self, folder: &str) -> Result<Vec<String>> {
        let found = self.objects.list_with_delimiter(Some(&self.path(folder)?)).await;
        let found = found.map_err(|error| Error::from_store("list", folder, &error))?;
        Ok(found.common_prefixes.iter().filter_map(|path| path.filename().map(str::to_owned)).collect())
    }

    pub(crate) async fn get_record<T: DeserializeOwned>(&self, key: &str) -> Result<T> {
        let bytes = self.get_bytes(key).await?;
        let unreadable = |source| Error::Unreadable { key: key.to_owned(), source };
        let Versioned { version } = serde_json::from_slice(&bytes).map_err(unreadable)?;
        if version != VERSION {
            return Err(Error::Version { key: key.to_owned(), found: version });
        }
        serde_json::from_slice(&bytes).map_err(unreadable)
    }

    pub(crate) async fn put_record(&self, key: &str, record: &impl Serialize) -> Result<()> {
        self.put_bytes(key, to_json(record)).await
    }

    /// Reads many records at once; a record that vanished meanwhile is left out.
    pub(crate) async fn get_records<T: DeserializeOwned>(
        &self,
        keys: impl IntoIterator<Item = String>,
    ) -> Result<crate::Listing<T>> {
        let mut listing = crate::Listing { records: Vec::new(), unreadable: Vec::new() };
        let mut reading = futures_util::stream::iter(keys)
            .map(|key| async move { self.get_record(&key).await })
            .buffer_unordered(32);
        while let Some(record) = reading.next().await {
            match record {
                Ok(record) => listing.records.push(record),
                Err(Error::NotFound { .. }) => {}
                Err(error @ (Error::Unreadable { .. } | Error::Version { .. })) => {
                    listing.unreadable.push(error);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(listing)
    }

    /// The object's path below the bucket or folder. Keys are taken literally: nothing is encoded.
    pub(crate) fn path(&self, key: &str) -> Result<Path> {
        let full = match (self.prefix.is_empty(), key.is_empty()) {
            (true, _) => key.to_owned(),
            (false, true) => self.prefix.to_string(),
            (false, false) => format!("{}/{key}", self.prefix),
        };
        Path::parse(&full).map_err(|_| Error::Name { name: key.to_owned() })
    }

    fn key(&self, path: &Path) -> String {
        let full = path.as_ref();
        full.strip_prefix(&*self.prefix).unwrap_or(full).trim_start_matches('/').to_owned()
    }
}

/// A record as it is stored: pretty, because people open these files too.
pub(crate) fn to_json(record: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec_pretty(record).expect("records hold nothing that JSON cannot express")
}
