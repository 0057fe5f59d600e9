//! The body of an upload, into a file that nobody sees yet, with every checksum the client sent verified.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fs_err::tokio as fs;
use futures_util::StreamExt;
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Md5};
use s3s::dto::{ChecksumAlgorithm, StreamingBlob};
use s3s::{S3Error, S3Result, TrailingHeaders, s3_error};
use tokio::io::{AsyncWriteExt, BufWriter};

use super::storage::Storage;

const ALGORITHMS: [&str; 5] = ["crc32", "crc32c", "sha1", "sha256", "crc64nvme"];

/// What a client says about the bytes it sends.
#[derive(Default)]
pub(super) struct Expected {
    pub(super) md5: Option<String>,
    /// By algorithm, as in the name of its header; base64.
    pub(super) checksums: BTreeMap<&'static str, String>,
    pub(super) algorithm: Option<ChecksumAlgorithm>,
    pub(super) trailers: Option<TrailingHeaders>,
}

/// Collects [`Expected`] from the input of an upload: all of them have the same members.
macro_rules! expected {
    ($input:expr, $trailers:expr) => {{
        let checksums = [
            ("crc32", $input.checksum_crc32.take()),
            ("crc32c", $input.checksum_crc32c.take()),
            ("sha1", $input.checksum_sha1.take()),
            ("sha256", $input.checksum_sha256.take()),
            ("crc64nvme", $input.checksum_crc64nvme.take()),
        ];
        Expected {
            md5: $input.content_md5.take(),
            checksums: checksums.into_iter().filter_map(|(name, sum)| Some((name, sum?))).collect(),
            algorithm: $input.checksum_algorithm.take(),
            trailers: $trailers,
        }
    }};
}
pub(super) use expected;

/// A complete body in a partial file; the file goes when this is dropped without having been given a name.
pub(super) struct Received {
    path: PathBuf,
    pub(super) etag: String,
    pub(super) checksums: BTreeMap<String, String>,
}

impl Received {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        // Already gone when it has become an object.
        let _ = fs_err::remove_file(&self.path);
    }
}

/// Writes a body into a partial file.
pub(super) async fn receive(
    storage: &Storage,
    mut body: StreamingBlob,
    mut expected: Expected,
) -> S3Result<Received> {
    let mut received =
        Received { path: storage.partial_path(), etag: String::new(), checksums: BTreeMap::new() };
    let mut writer = Writer::create(&received.path).await;
    let mut md5 = Md5::new();
    let mut hasher = hasher(&expected)?;
    while let Some(bytes) = body.next().await {
        let bytes = bytes.map_err(|error| S3Error::with_source(s3s::S3ErrorCode::IncompleteBody, error))?;
        md5.update(&bytes);
        hasher.update(&bytes);
        writer.write(&bytes).await;
    }
    writer.finish().await.map_err(failed)?;
    let md5 = md5.finalize();
    if let Some(sent) = &expected.md5
        && STANDARD.decode(sent).ok().as_deref() != Some(md5.as_ref())
    {
        return Err(s3_error!(BadDigest, "The Content-MD5 you specified did not match what we received."));
    }
    take_trailers(&mut expected)?;
    received.checksums = verify(hasher, &expected)?;
    received.etag = hex::encode(md5);
    Ok(received)
}

/// Writes a body as long as the file system lets it.
///
/// The rest of the body is read all the same: a client whose upload is cut off sees a broken connection, not the reason.
struct Writer(std::io::Result<BufWriter<fs::File>>);

impl Writer {
    async fn create(path: &Path) -> Self {
        Self(fs::File::create(path).await.map(|file| BufWriter::with_capacity(256 * 1024, file)))
    }

    async fn write(&mut self, bytes: &[u8]) {
        if let Ok(file) = &mut self.0
            && let Err(error) = file.write_all(bytes).await
        {
            self.0 = Err(error);
        }
    }

    async fn finish(self) -> std::io::Result<()> {
        self.0?.flush().await
    }
}

/// An error of the file system as S3 answers it.
pub(super) fn failed(error: std::io::Error) -> S3Error {
    tracing::error!(%error, "the embedded S3 could not use its files");
    let message = error.to_string();
    let mut answer = S3Error::with_source(s3s::S3ErrorCode::InternalError, Box::new(error));
    answer.set_message(message);
    answer
}

fn hasher(expected: &Expected) -> S3Result<ChecksumHasher> {
    let mut hasher = ChecksumHasher::default();
    let chosen = expected.algorithm.as_ref().map(|algorithm| algorithm.as_str().to_ascii_lowercase());
    if let Some(name) = &chosen
        && !ALGORITHMS.contains(&name.as_str())
    {
        return Err(s3_error!(NotImplemented, "unknown checksum algorithm `{name}`"));
    }
    for name in expected.checksums.keys().copied().chain(chosen.as_deref()) {
        match name {
            "crc32" => hasher.crc32 = Some(s3s::crypto::Crc32::new()),
            "crc32c" => hasher.crc32c = Some(s3s::crypto::Crc32c::new()),
            "sha1" => hasher.sha1 = Some(s3s::crypto::Sha1::new()),
            "sha256" => hasher.sha256 = Some(s3s::crypto::Sha256::new()),
            _ => hasher.crc64nvme = Some(s3s::crypto::Crc64Nvme::new()),
        }
    }
    Ok(hasher)
}

/// Checksums may come after the body.
fn take_trailers(expected: &mut Expected) -> S3Result<()> {
    let Some(trailers) = expected.trailers.take().and_then(|trailers| trailers.take()) else { return Ok(()) };
    for name in ALGORITHMS {
        if let Some(value) = trailers.get(format!("x-amz-checksum-{name}")) {
            let value = value.to_str().map_err(|_| s3_error!(InvalidArgument))?;
            expected.checksums.insert(name, value.to_owned());
        }
    }
    Ok(())
}

fn verify(hasher: ChecksumHasher, expected: &Expected) -> S3Result<BTreeMap<String, String>> {
    let sums = hasher.finalize();
    let computed = [
        ("crc32", sums.checksum_crc32),
        ("crc32c", sums.checksum_crc32c),
        ("sha1", sums.checksum_sha1),
        ("sha256", sums.checksum_sha256),
        ("crc64nvme", sums.checksum_crc64nvme),
    ];
    let mut checksums = BTreeMap::new();
    for (name, sum) in computed {
        let Some(sum) = sum else { continue };
        if expected.checksums.get(name).is_some_and(|sent| *sent != sum) {
            return Err(s3_error!(
                BadDigest,
                "The {name} you specified did not match the calculated checksum."
            ));
        }
        checksums.insert(name.to_owned(), sum);
    }
    Ok(checksums)
}
