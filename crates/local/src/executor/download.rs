//! Inputs: objects of S3 into a job's folder, file to file.

use std::path::{Component, Path, PathBuf};

use fs_err as fs;
use serde_json::Value;

use super::outcome::Failure;
use super::plan::{Input, InputMode};
use crate::host::PipeChannel;
use crate::s3::{Found, Storage, StorageError, split_uri};

/// Largest manifest that is read.
const MAX_MANIFEST: u64 = 64 * 1024 * 1024;

/// What a host has to know about the inputs that were prepared for it.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    pub(super) read_only: Vec<PathBuf>,
    pub(super) pipes: Vec<PipeChannel>,
}

/// An object and where it belongs below its input's folder.
struct Source {
    path: PathBuf,
    relative: PathBuf,
}

/// Puts the inputs of one host in place.
pub(super) fn prepare(
    storage: &Storage,
    inputs: &[Input],
    ml: &Path,
    host: u32,
    hosts: u32,
) -> Result<Prepared, Failure> {
    let mut prepared = Prepared::default();
    for input in inputs {
        let sources = sources(storage, input)?;
        let mine = sources
            .into_iter()
            .enumerate()
            .filter(|(index, _)| !input.is_sharded || index % hosts as usize + 1 == host as usize)
            .map(|(_, source)| source);
        match input.mode {
            InputMode::Pipe { gunzip, record_io } => prepared.pipes.push(PipeChannel {
                path: input.path.clone(),
                sources: mine.map(|source| source.path).collect(),
                gunzip,
                record_io,
            }),
            InputMode::File | InputMode::FastFile => {
                let folder = ml.join(&input.path);
                fs::create_dir_all(&folder)?;
                for source in mine {
                    copy(&source.path, &folder.join(source.relative))?;
                }
                if input.mode == InputMode::FastFile {
                    write_protect(&folder)?;
                    prepared.read_only.push(input.path.clone());
                }
            }
        }
    }
    Ok(prepared)
}

fn sources(storage: &Storage, input: &Input) -> Result<Vec<Source>, Failure> {
    let sources = if input.is_manifest { manifest(storage, input)? } else { below(storage, input)? };
    if sources.is_empty() && !input.may_be_empty {
        return Err(Failure::Client(format!(
            "Data download failed: no S3 objects found under S3 URL \"{}\" given in input data source",
            input.uri
        )));
    }
    Ok(sources)
}

/// All objects whose key starts with the input's.
fn below(storage: &Storage, input: &Input) -> Result<Vec<Source>, Failure> {
    let (bucket, prefix) = split_uri(&input.uri).expect("the plan checked the URI");
    let walk = match storage.walk(bucket, prefix) {
        Err(StorageError::NoSuchBucket(_)) => return Ok(Vec::new()),
        other => other?,
    };
    let mut sources = Vec::new();
    for found in walk {
        if let Found::Object { key, path } = found? {
            sources.push(Source { relative: PathBuf::from(relative(&key, prefix)), path });
        }
    }
    Ok(sources)
}

/// Where a key belongs: below the prefix as a folder, else below the prefix's last slash.
fn relative<'a>(key: &'a str, prefix: &str) -> &'a str {
    let rest = &key[prefix.len()..];
    if prefix.is_empty() || prefix.ends_with('/') {
        rest
    } else if let Some(rest) = rest.strip_prefix('/') {
        rest
    } else {
        &key[prefix.rfind('/').map_or(0, |slash| slash + 1)..]
    }
}

/// `[{"prefix": "s3://bucket/a/"}, "b", "c/d"]`.
fn manifest(storage: &Storage, input: &Input) -> Result<Vec<Source>, Failure> {
    let invalid =
        |message: String| Failure::Client(format!("Data download failed: manifest {}: {message}", input.uri));
    let (bucket, key) = split_uri(&input.uri).expect("the plan checked the URI");
    let bytes = storage.read(bucket, key, MAX_MANIFEST).map_err(|error| invalid(error.to_string()))?;
    let entries: Vec<Value> = serde_json::from_slice(&bytes).map_err(|error| invalid(error.to_string()))?;
    let mut entries = entries.into_iter();
    let prefix = entries
        .next()
        .and_then(|entry| Some(entry.get("prefix")?.as_str()?.to_owned()))
        .ok_or_else(|| invalid("its first entry has no `prefix`".to_owned()))?;
    let (bucket, folder) =
        split_uri(&prefix).ok_or_else(|| invalid(format!("`{prefix}` is not an S3 URI")))?;
    let mut sources = Vec::new();
    for entry in entries {
        let name = entry.as_str().ok_or_else(|| invalid(format!("`{entry}` is not a text")))?;
        let relative = PathBuf::from(name);
        if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(invalid(format!("`{name}` is not a plain path")));
        }
        let key = format!("{folder}{name}");
        let path = storage.object_path(bucket, &key)?;
        if !path.is_file() {
            return Err(invalid(format!("`s3://{bucket}/{key}` does not exist")));
        }
        sources.push(Source { path, relative });
    }
    Ok(sources)
}

/// A copy, not a link: what a job does to its inputs must not reach the store.
fn copy(source: &Path, target: &Path) -> std::io::Result<()> {
    fs::create_dir_all(target.parent().expect("an input lies below the job's folder"))?;
    std::io::copy(&mut fs::File::open(source)?, &mut fs::File::create(target)?).map(|_| ())
}

fn write_protect(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            write_protect(&entry.path())?;
        } else {
            fs::set_permissions(entry.path(), PermissionsExt::from_mode(0o444))?;
        }
    }
    fs::set_permissions(folder, PermissionsExt::from_mode(0o555))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_go_below_their_prefix() {
        for (key, prefix, expected) in [
            ("data/train/a.csv", "data/train/", "a.csv"),
            ("data/train/a.csv", "data/train", "a.csv"),
            ("data/train/b/c.csv", "data/train", "b/c.csv"),
            ("data/train.csv", "data/train", "train.csv"),
            ("data/train/a.csv", "data/tr", "train/a.csv"),
            ("data/one.csv", "data/one.csv", "one.csv"),
            ("one.csv", "one.csv", "one.csv"),
            ("a/b", "", "a/b"),
        ] {
            assert_eq!(relative(key, prefix), expected, "{key} for {prefix}");
        }
    }
}
