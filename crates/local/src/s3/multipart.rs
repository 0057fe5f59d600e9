//! Multipart uploads: one folder per upload, one file per part, named `<number>-<md5>`.

use std::path::PathBuf;

use fs_err as fs;
use s3s::crypto::{Checksum as _, Md5};
use s3s::dto::{
    CompletedPart, CopySource, CreateMultipartUploadInput, ETag, Part, Timestamp, UploadPartCopyInput,
    UploadPartInput, UploadPartOutput,
};
use s3s::{S3Result, TrailingHeaders, s3_error};
use serde::{Deserialize, Serialize};

use super::attributes::{Attributes, md5};
use super::objects::headers;
use super::receive::{Expected, expected, failed, receive};
use super::service::blocking;
use super::storage::{Replace, Storage};

/// Smallest part other than the last.
const MIN_PART: u64 = 5 * 1024 * 1024;
const MAX_PART_NUMBER: i32 = 10_000;
const UPLOAD_FILE: &str = "upload.json";

#[derive(Serialize, Deserialize)]
struct Upload {
    bucket: String,
    key: String,
    attributes: Attributes,
}

/// A part that was uploaded.
struct Stored {
    number: i32,
    md5: String,
    path: PathBuf,
}

pub(super) fn create(storage: &Storage, input: CreateMultipartUploadInput) -> S3Result<String> {
    storage.object_path(&input.bucket, &input.key)?;
    let attributes = Attributes {
        headers: headers(&[
            ("content-type", &input.content_type),
            ("content-encoding", &input.content_encoding),
            ("content-disposition", &input.content_disposition),
            ("content-language", &input.content_language),
            ("cache-control", &input.cache_control),
        ]),
        metadata: input.metadata.unwrap_or_default().into_iter().collect(),
        ..Attributes::default()
    };
    let id = uuid::Uuid::new_v4().simple().to_string();
    let folder = storage.uploads().join(&id);
    fs::create_dir(&folder).map_err(failed)?;
    let upload = Upload { bucket: input.bucket, key: input.key, attributes };
    let bytes = serde_json::to_vec(&upload).map_err(|error| failed(error.into()))?;
    fs::write(folder.join(UPLOAD_FILE), bytes).map_err(failed)?;
    Ok(id)
}

pub(super) async fn upload_part(
    storage: &Storage,
    mut input: UploadPartInput,
    trailers: Option<TrailingHeaders>,
) -> S3Result<UploadPartOutput> {
    let Some(body) = input.body.take() else { return Err(s3_error!(IncompleteBody)) };
    let (folder, _) = find(storage, &input.upload_id, &input.bucket, &input.key)?;
    let expected: Expected = expected!(input, trailers);
    let received = receive(storage, body, expected).await?;
    blocking(move || {
        let number = check_number(input.part_number)?;
        keep(&folder, number, received.path(), &received.etag)?;
        let mut sums = received.checksums.clone();
        Ok(UploadPartOutput {
            e_tag: Some(ETag::Strong(received.etag.clone())),
            checksum_crc32: sums.remove("crc32"),
            checksum_crc32c: sums.remove("crc32c"),
            checksum_crc64nvme: sums.remove("crc64nvme"),
            checksum_sha1: sums.remove("sha1"),
            checksum_sha256: sums.remove("sha256"),
            ..UploadPartOutput::default()
        })
    })
    .await
}

pub(super) fn upload_part_copy(storage: &Storage, input: &UploadPartCopyInput) -> S3Result<String> {
    use std::io::{Read, Seek, SeekFrom};
    let (folder, _) = find(storage, &input.upload_id, &input.bucket, &input.key)?;
    let number = check_number(input.part_number)?;
    let CopySource::Bucket { bucket, key, .. } = &input.copy_source else {
        return Err(s3_error!(NotImplemented, "only a bucket and a key can be copied from"));
    };
    let mut source = storage.object(bucket, key)?;
    let full = source.metadata().map_err(failed)?.len();
    let range = match input.copy_source_range.as_deref() {
        None => 0..full,
        Some(text) => s3s::dto::Range::parse(text).map_err(|_| s3_error!(InvalidArgument))?.check(full)?,
    };
    source.seek(SeekFrom::Start(range.start)).map_err(failed)?;
    let partial = storage.partial_path();
    let copied = fs::File::create(&partial)
        .and_then(|mut file| std::io::copy(&mut source.take(range.end - range.start), &mut file))
        .and_then(|_| md5(fs::File::open(&partial)?));
    match copied {
        Ok(md5) => {
            keep(&folder, number, &partial, &md5)?;
            Ok(md5)
        }
        Err(error) => {
            let _ = fs::remove_file(&partial);
            Err(failed(error))
        }
    }
}

/// Joins the parts; answers with the ETag of the object.
pub(super) fn complete(
    storage: &Storage,
    id: &str,
    bucket: &str,
    key: &str,
    chosen: Vec<CompletedPart>,
    replace: Replace,
) -> S3Result<String> {
    let (folder, mut upload) = find(storage, id, bucket, key)?;
    let stored = parts(&folder)?;
    if chosen.is_empty() {
        return Err(s3_error!(MalformedXML, "an upload needs at least one part"));
    }
    let mut files = Vec::with_capacity(chosen.len());
    let mut hash = Md5::new();
    let mut previous = 0;
    let last = chosen.len() - 1;
    for (index, part) in chosen.into_iter().enumerate() {
        let number = part.part_number.unwrap_or_default();
        if number <= previous {
            return Err(s3_error!(InvalidPartOrder, "the parts are not in ascending order"));
        }
        previous = number;
        let etag = part.e_tag.map(ETag::into_value).unwrap_or_default();
        let Some(found) = stored.iter().find(|stored| stored.number == number && stored.md5 == etag) else {
            return Err(s3_error!(InvalidPart, "part {number} was not uploaded, or has another ETag"));
        };
        if index < last && fs::metadata(&found.path).map_err(failed)?.len() < MIN_PART {
            return Err(s3_error!(EntityTooSmall, "part {number} is smaller than 5 MiB"));
        }
        hash.update(&hex::decode(&found.md5).map_err(|_| s3_error!(InternalError))?);
        files.push(&found.path);
    }
    let etag = format!("{}-{}", hex::encode(hash.finalize()), files.len());
    let partial = storage.partial_path();
    let joined = join(&files, &partial);
    if let Err(error) = joined {
        let _ = fs::remove_file(&partial);
        return Err(failed(error));
    }
    upload.attributes.etag.clone_from(&etag);
    storage.commit(&partial, bucket, key, replace, Some(&mut upload.attributes))?;
    fs::remove_dir_all(folder).map_err(failed)?;
    Ok(etag)
}

pub(super) fn abort(storage: &Storage, id: &str, bucket: &str, key: &str) -> S3Result<()> {
    let (folder, _) = find(storage, id, bucket, key)?;
    fs::remove_dir_all(folder).map_err(failed)
}

pub(super) fn list_parts(storage: &Storage, id: &str, bucket: &str, key: &str) -> S3Result<Vec<Part>> {
    let (folder, _) = find(storage, id, bucket, key)?;
    parts(&folder)?
        .into_iter()
        .map(|stored| {
            let metadata = fs::metadata(&stored.path).map_err(failed)?;
            Ok(Part {
                part_number: Some(stored.number),
                size: i64::try_from(metadata.len()).ok(),
                last_modified: metadata.modified().ok().map(Timestamp::from),
                e_tag: Some(ETag::Strong(stored.md5)),
                ..Part::default()
            })
        })
        .collect()
}

fn find(storage: &Storage, id: &str, bucket: &str, key: &str) -> S3Result<(PathBuf, Upload)> {
    let unknown = || s3_error!(NoSuchUpload, "The specified upload does not exist.");
    // An id is a folder's name: nothing but what `create` makes may become a path.
    if id.len() != 32 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(unknown());
    }
    let folder = storage.uploads().join(id);
    let bytes = fs::read(folder.join(UPLOAD_FILE)).map_err(|_| unknown())?;
    let upload: Upload = serde_json::from_slice(&bytes).map_err(|error| failed(error.into()))?;
    if upload.bucket == bucket && upload.key == key { Ok((folder, upload)) } else { Err(unknown()) }
}

fn check_number(number: i32) -> S3Result<i32> {
    if (1..=MAX_PART_NUMBER).contains(&number) {
        Ok(number)
    } else {
        Err(s3_error!(InvalidArgument, "Part number must be an integer between 1 and 10000, inclusive"))
    }
}

/// Puts a part in its upload, in the place of an earlier one with the same number.
fn keep(folder: &std::path::Path, number: i32, partial: &std::path::Path, md5: &str) -> S3Result<()> {
    let target = folder.join(format!("{number:05}-{md5}"));
    for earlier in parts(folder)?.into_iter().filter(|part| part.number == number && part.path != target) {
        let _ = fs::remove_file(earlier.path);
    }
    fs::rename(partial, target).map_err(failed)
}

fn parts(folder: &std::path::Path) -> S3Result<Vec<Stored>> {
    let mut parts = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let Some((number, md5)) = name.to_str().and_then(|name| name.split_once('-')) else { continue };
        let Ok(number) = number.parse() else { continue };
        parts.push(Stored { number, md5: md5.to_owned(), path: entry.path() });
    }
    parts.sort_by_key(|part| part.number);
    Ok(parts)
}

fn join(files: &[&PathBuf], target: &std::path::Path) -> std::io::Result<()> {
    let mut output = fs::File::create(target)?;
    for file in files {
        // File to file: the kernel copies, or shares, the bytes.
        std::io::copy(&mut fs::File::open(file)?, &mut output)?;
    }
    Ok(())
}
