//! Listing the objects of a bucket, page by page. Reads no more of the tree than a page needs.

use std::fmt::Write;

use fs_err as fs;
use s3s::S3Result;
use s3s::dto::{CommonPrefix, ETag, Object, ObjectStorageClass, Timestamp};

use super::receive::failed;
use super::storage::Storage;
use super::walk::Found;

/// Most entries in a page.
const MAX_KEYS: i32 = 1000;

/// What to list.
pub(super) struct Request<'a> {
    pub(super) bucket: &'a str,
    pub(super) prefix: &'a str,
    pub(super) delimiter: Option<&'a str>,
    /// Key or common prefix after which the page begins.
    pub(super) after: &'a str,
    pub(super) max_keys: Option<i32>,
    /// Whether keys are answered URL-encoded, as XML cannot hold every character.
    pub(super) encoded: bool,
}

/// One page.
#[derive(Default)]
pub(super) struct Page {
    pub(super) objects: Vec<Object>,
    pub(super) prefixes: Vec<CommonPrefix>,
    pub(super) max_keys: i32,
    /// Where the next page begins, if there is one.
    pub(super) next: Option<String>,
}

pub(super) fn list(storage: &Storage, request: &Request<'_>) -> S3Result<Page> {
    let max_keys = request.max_keys.unwrap_or(MAX_KEYS).clamp(0, MAX_KEYS);
    let limit = usize::try_from(max_keys).expect("clamped to be positive");
    let mut page = Page { max_keys, ..Page::default() };
    let mut walk = storage.walk(request.bucket, request.prefix)?.after(request.after);
    let delimiter = request.delimiter.filter(|delimiter| !delimiter.is_empty());
    if delimiter == Some("/") {
        walk = walk.fold();
    }
    let mut last = String::new();
    for found in walk {
        let (name, object) = match found.map_err(failed)? {
            Found::Folder { prefix } => (prefix, None),
            Found::Object { key, path } => match common_prefix(&key, request.prefix, delimiter) {
                Some(prefix) => (prefix, None),
                None => (key, Some(path)),
            },
        };
        // Keys of a common prefix stand together; it is named once, on one page.
        if object.is_none() && (name == last || name == request.after) {
            continue;
        }
        if page.objects.len() + page.prefixes.len() == limit {
            page.next = (limit > 0).then_some(last);
            break;
        }
        last.clone_from(&name);
        match object {
            None => page.prefixes.push(CommonPrefix { prefix: Some(shown(name, request.encoded)) }),
            Some(path) => {
                let object = describe(storage, request.bucket, name, &path)?;
                page.objects.extend(object.map(|object| Object {
                    key: object.key.map(|key| shown(key, request.encoded)),
                    ..object
                }));
            }
        }
    }
    Ok(page)
}

/// A key as the answer shows it.
pub(super) fn shown(key: String, encoded: bool) -> String {
    if !encoded {
        return key;
    }
    let mut text = String::with_capacity(key.len());
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn common_prefix(key: &str, prefix: &str, delimiter: Option<&str>) -> Option<String> {
    let delimiter = delimiter?;
    let rest = key.get(prefix.len()..)?;
    let end = rest.find(delimiter)? + delimiter.len();
    Some(key[..prefix.len() + end].to_owned())
}

/// `None` for an object that was deleted since the walk saw it.
fn describe(
    storage: &Storage,
    bucket: &str,
    key: String,
    path: &std::path::Path,
) -> S3Result<Option<Object>> {
    let Ok((attributes, metadata)) = storage.attributes(bucket, &key) else {
        return if path.exists() {
            Err(failed(
                fs::metadata(path).err().unwrap_or_else(|| std::io::Error::other("unreadable object")),
            ))
        } else {
            Ok(None)
        };
    };
    Ok(Some(Object {
        key: Some(key),
        size: i64::try_from(metadata.len()).ok(),
        last_modified: Some(Timestamp::from(metadata.modified().map_err(failed)?)),
        e_tag: Some(ETag::Strong(attributes.etag)),
        storage_class: Some(ObjectStorageClass::from_static(ObjectStorageClass::STANDARD)),
        ..Object::default()
    }))
}
