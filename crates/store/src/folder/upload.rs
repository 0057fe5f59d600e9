//! Writing files: small ones in one piece, large ones in parts, hashed on the way.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::stream::FuturesUnordered;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::{MultipartUpload, ObjectStoreExt as _, PutPayload};
use sha2::{Digest as _, Sha256};

use super::{FILES, PART, files_under};
use crate::error::{Error, Result};
use crate::record::FileRecord;
use crate::{Store, content};

/// S3 takes 10,000 parts; larger objects get larger parts.
const MOST_PARTS: u64 = 9_000;

impl Store {
    /// Writes all files below a local folder under `key`, and says what they are, sorted by path.
    pub async fn upload_folder(&self, folder: &Path, key: &str) -> Result<Vec<FileRecord>> {
        let folder = folder.to_owned();
        let files = blocking(move || files_under(&folder)).await?;
        self.upload_files(key, files).await
    }

    /// Writes some files under `key`: pairs of the path below `key` and the local file.
    pub async fn upload_files(
        &self,
        key: &str,
        files: impl IntoIterator<Item = (String, PathBuf)>,
    ) -> Result<Vec<FileRecord>> {
        let mut records: Vec<FileRecord> = futures_util::stream::iter(files)
            .map(|(relative, path)| self.upload_file(key, relative, path))
            .buffer_unordered(FILES)
            .try_collect()
            .await?;
        records.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        Ok(records)
    }

    async fn upload_file(&self, folder: &str, relative: String, path: PathBuf) -> Result<FileRecord> {
        let key = if folder.is_empty() { relative.clone() } else { format!("{folder}/{relative}") };
        let location = self.path(&key)?;
        let source = Source::open(path).await?;
        let storage = |error| Error::from_store("write", &key, &error);

        if source.size <= PART {
            let _held = self.limits.hold(source.size).await;
            let announced = source.size;
            let (source, bytes) = source.next(announced + 1).await?;
            if bytes.len() as u64 != announced {
                return Err(source.changed());
            }
            self.objects.put(&location, PutPayload::from(bytes)).await.map_err(storage)?;
            return Ok(FileRecord { path: relative, size: announced, sha256: source.sha256() });
        }

        let mut upload = self.objects.put_multipart(&location).await.map_err(storage)?;
        match self.upload_parts(upload.as_mut(), source, &key).await {
            Ok((size, sha256)) => {
                upload.complete().await.map_err(storage)?;
                Ok(FileRecord { path: relative, size, sha256 })
            }
            Err(error) => {
                // The first error is what the caller needs; parts left behind cost storage only.
                let _ = upload.abort().await;
                Err(error)
            }
        }
    }

    async fn upload_parts(
        &self,
        upload: &mut dyn MultipartUpload,
        mut source: Source,
        key: &str,
    ) -> Result<(u64, String)> {
        let part_size = PART.max(source.size.div_ceil(MOST_PARTS));
        let announced = source.size;
        let mut sent = 0;
        let mut under_way = FuturesUnordered::new();
        let storage = |error| Error::from_store("write", key, &error);
        loop {
            // A file holds at most one part while it waits for room for the next, and parts in
            // flight finish by themselves only when polled: so wait for both.
            let held = loop {
                tokio::select! {
                    held = self.limits.hold(part_size) => break held,
                    Some(done) = under_way.next() => {
                        let done: object_store::Result<()> = done;
                        done.map_err(storage)?;
                    }
                }
            };
            let (next, bytes) = source.next(part_size).await?;
            source = next;
            if bytes.is_empty() {
                break;
            }
            sent += bytes.len() as u64;
            let part = upload.put_part(PutPayload::from(bytes));
            under_way.push(async move {
                let done = part.await;
                drop(held);
                done
            });
        }
        while let Some(done) = under_way.next().await {
            done.map_err(storage)?;
        }
        if sent == announced { Ok((sent, source.sha256())) } else { Err(source.changed()) }
    }
}

/// A file that is read piece by piece, off the async threads, and hashed as it goes.
struct Source {
    path: PathBuf,
    file: fs_err::File,
    hasher: Sha256,
    size: u64,
}

impl Source {
    async fn open(path: PathBuf) -> Result<Self> {
        blocking(move || {
            let failed = |source| Error::File { action: "read", path: path.clone(), source };
            let file = fs_err::File::open(&path).map_err(failed)?;
            let size = file.metadata().map_err(failed)?.len();
            Ok(Self { path, file, hasher: Sha256::new(), size })
        })
        .await
    }

    /// Reads up to `length` bytes; none at the end.
    async fn next(mut self, length: u64) -> Result<(Self, Bytes)> {
        blocking(move || {
            let expected = usize::try_from(length.min(self.size)).unwrap_or_default();
            let mut buffer = Vec::with_capacity(expected);
            let read = self.file.by_ref().take(length).read_to_end(&mut buffer);
            read.map_err(|source| Error::File { action: "read", path: self.path.clone(), source })?;
            self.hasher.update(&buffer);
            Ok((self, Bytes::from(buffer)))
        })
        .await
    }

    fn sha256(self) -> String {
        content::to_hex(self.hasher)
    }

    fn changed(self) -> Error {
        Error::Unstorable { path: self.path, reason: "it changed while it was read" }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("work on files does not panic")
}
