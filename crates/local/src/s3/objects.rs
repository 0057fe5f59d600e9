//! Operations on objects.

use std::collections::BTreeMap;
use std::io::{Seek, SeekFrom};

use s3s::dto::{
    CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopySource, ETag, ETagCondition, GetObjectInput,
    GetObjectOutput, HeadObjectOutput, MetadataDirective, PutObjectInput, PutObjectOutput, StreamingBlob,
    Timestamp,
};
use s3s::{S3Result, TrailingHeaders, s3_error};
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

use super::attributes::Attributes;
use super::receive::{Expected, expected, failed, receive};
use super::service::blocking;
use super::storage::{Replace, Storage};

/// Bytes read from a file at a time.
const CHUNK: usize = 256 * 1024;

pub(super) async fn put(
    storage: &Storage,
    mut input: PutObjectInput,
    trailers: Option<TrailingHeaders>,
) -> S3Result<PutObjectOutput> {
    let Some(body) = input.body.take() else { return Err(s3_error!(IncompleteBody)) };
    if input.key.ends_with('/') {
        return put_folder(storage, input).await;
    }
    let expected: Expected = expected!(input, trailers);
    let received = receive(storage, body, expected).await?;
    let storage = storage.clone();
    blocking(move || {
        let (bucket, key) = (&input.bucket, &input.key);
        storage.object_path(bucket, key)?;
        if let Some(condition) = &input.if_match {
            check_match(&storage, bucket, key, condition)?;
        }
        let replace = match &input.if_none_match {
            Some(condition) if condition.is_any() => Replace::Refused,
            _ => Replace::Allowed,
        };
        let mut attributes = Attributes {
            etag: received.etag.clone(),
            headers: headers(&[
                ("content-type", &input.content_type),
                ("content-encoding", &input.content_encoding),
                ("content-disposition", &input.content_disposition),
                ("content-language", &input.content_language),
                ("cache-control", &input.cache_control),
            ]),
            metadata: input.metadata.unwrap_or_default().into_iter().collect(),
            checksums: received.checksums.clone(),
            ..Attributes::default()
        };
        storage.commit(received.path(), bucket, key, replace, Some(&mut attributes))?;
        let mut sums = attributes.checksums;
        Ok(PutObjectOutput {
            e_tag: Some(ETag::Strong(attributes.etag)),
            checksum_crc32: sums.remove("crc32"),
            checksum_crc32c: sums.remove("crc32c"),
            checksum_crc64nvme: sums.remove("crc64nvme"),
            checksum_sha1: sums.remove("sha1"),
            checksum_sha256: sums.remove("sha256"),
            ..PutObjectOutput::default()
        })
    })
    .await
}

/// A key that ends with a slash marks a folder; it becomes one, and is not listed.
async fn put_folder(storage: &Storage, input: PutObjectInput) -> S3Result<PutObjectOutput> {
    if input.content_length.is_some_and(|length| length > 0) {
        return Err(s3_error!(
            InvalidArgument,
            "an object whose key ends with a slash cannot have a body here"
        ));
    }
    let storage = storage.clone();
    blocking(move || {
        let path = storage.object_path(&input.bucket, &input.key)?;
        fs_err::create_dir_all(path).map_err(failed)?;
        Ok(PutObjectOutput::default())
    })
    .await
}

pub(super) async fn get(storage: &Storage, input: GetObjectInput) -> S3Result<GetObjectOutput> {
    let storage = storage.clone();
    let (mut output, file, length) = blocking(move || {
        let (bucket, key) = (&input.bucket, &input.key);
        let mut file = storage.object(bucket, key)?;
        let head = head(&storage, bucket, key)?;
        check_conditions(&head, input.if_match.as_ref(), input.if_none_match.as_ref())?;
        // The open file may be newer than the one the attributes are of; its length is what is sent.
        let full = file.metadata().map_err(failed)?.len();
        let range = input.range.map(|range| range.check(full)).transpose()?;
        let (start, end) = range.as_ref().map_or((0, full), |range| (range.start, range.end));
        if start > 0 {
            file.seek(SeekFrom::Start(start)).map_err(failed)?;
        }
        let whole = range.is_none();
        let output = GetObjectOutput {
            content_length: i64::try_from(end - start).ok(),
            content_range: range.map(|range| format!("bytes {}-{}/{full}", range.start, range.end - 1)),
            accept_ranges: Some("bytes".to_owned()),
            last_modified: head.last_modified,
            e_tag: head.e_tag,
            metadata: head.metadata,
            content_type: head.content_type,
            content_encoding: head.content_encoding,
            content_disposition: head.content_disposition,
            content_language: head.content_language,
            cache_control: head.cache_control,
            // A checksum is of the whole object.
            checksum_crc32: head.checksum_crc32.filter(|_| whole),
            checksum_crc32c: head.checksum_crc32c.filter(|_| whole),
            checksum_crc64nvme: head.checksum_crc64nvme.filter(|_| whole),
            checksum_sha1: head.checksum_sha1.filter(|_| whole),
            checksum_sha256: head.checksum_sha256.filter(|_| whole),
            ..GetObjectOutput::default()
        };
        Ok((output, file, end - start))
    })
    .await?;
    let file = tokio::fs::File::from_std(file.into_file()).take(length);
    output.body = Some(StreamingBlob::wrap(ReaderStream::with_capacity(file, CHUNK)));
    Ok(output)
}

pub(super) fn head(storage: &Storage, bucket: &str, key: &str) -> S3Result<HeadObjectOutput> {
    let (attributes, metadata) = storage.attributes(bucket, key)?;
    let Attributes { etag, mut headers, metadata: user, checksums: mut sums, .. } = attributes;
    Ok(HeadObjectOutput {
        content_length: i64::try_from(metadata.len()).ok(),
        accept_ranges: Some("bytes".to_owned()),
        last_modified: Some(Timestamp::from(metadata.modified().map_err(failed)?)),
        e_tag: Some(ETag::Strong(etag)),
        metadata: (!user.is_empty()).then(|| user.into_iter().collect()),
        content_type: Some(
            headers.remove("content-type").unwrap_or_else(|| "binary/octet-stream".to_owned()),
        ),
        content_encoding: headers.remove("content-encoding"),
        content_disposition: headers.remove("content-disposition"),
        content_language: headers.remove("content-language"),
        cache_control: headers.remove("cache-control"),
        checksum_crc32: sums.remove("crc32"),
        checksum_crc32c: sums.remove("crc32c"),
        checksum_crc64nvme: sums.remove("crc64nvme"),
        checksum_sha1: sums.remove("sha1"),
        checksum_sha256: sums.remove("sha256"),
        ..HeadObjectOutput::default()
    })
}

/// The conditions of a read. `If-None-Match` answers 304, the others 412.
pub(super) fn check_conditions(
    head: &HeadObjectOutput,
    if_match: Option<&ETagCondition>,
    if_none_match: Option<&ETagCondition>,
) -> S3Result<()> {
    let matches = |condition: &ETagCondition| match condition.as_etag() {
        None => true,
        Some(etag) => head.e_tag.as_ref().is_some_and(|own| own.weak_cmp(etag)),
    };
    if if_match.is_some_and(|condition| !matches(condition)) {
        return Err(s3_error!(PreconditionFailed, "the object has another ETag"));
    }
    if if_none_match.is_some_and(matches) {
        return Err(s3_error!(NotModified));
    }
    Ok(())
}

pub(super) fn copy(storage: &Storage, input: CopyObjectInput) -> S3Result<CopyObjectOutput> {
    let CopySource::Bucket { bucket, key, .. } = &input.copy_source else {
        return Err(s3_error!(NotImplemented, "only a bucket and a key can be copied from"));
    };
    let (source, metadata) = storage.attributes(bucket, key)?;
    let replaced = input
        .metadata_directive
        .as_ref()
        .is_some_and(|directive| directive.as_str() == MetadataDirective::REPLACE);
    let mut attributes = if replaced {
        Attributes {
            etag: source.etag,
            headers: headers(&[
                ("content-type", &input.content_type),
                ("content-encoding", &input.content_encoding),
                ("content-disposition", &input.content_disposition),
                ("content-language", &input.content_language),
                ("cache-control", &input.cache_control),
            ]),
            metadata: input.metadata.unwrap_or_default().into_iter().collect(),
            checksums: source.checksums,
            ..Attributes::default()
        }
    } else {
        source
    };
    let partial = storage.partial_path();
    let mut from = storage.object(bucket, key)?;
    let copied = fs_err::File::create(&partial).and_then(|mut to| std::io::copy(&mut from, &mut to));
    if let Err(error) = copied {
        let _ = fs_err::remove_file(&partial);
        return Err(failed(error));
    }
    storage.commit(&partial, &input.bucket, &input.key, Replace::Allowed, Some(&mut attributes))?;
    let result = CopyObjectResult {
        e_tag: Some(ETag::Strong(attributes.etag)),
        last_modified: Some(Timestamp::from(metadata.modified().map_err(failed)?)),
        ..CopyObjectResult::default()
    };
    Ok(CopyObjectOutput { copy_object_result: Some(result), ..CopyObjectOutput::default() })
}

fn check_match(storage: &Storage, bucket: &str, key: &str, condition: &ETagCondition) -> S3Result<()> {
    let (attributes, _) = storage.attributes(bucket, key)?;
    match condition.as_etag() {
        Some(etag) if !etag.strong_cmp(&ETag::Strong(attributes.etag)) => {
            Err(s3_error!(PreconditionFailed, "the object has another ETag"))
        }
        _ => Ok(()),
    }
}

pub(super) fn headers(known: &[(&str, &Option<String>)]) -> BTreeMap<String, String> {
    known.iter().filter_map(|(name, value)| Some(((*name).to_owned(), value.as_ref()?.clone()))).collect()
}
