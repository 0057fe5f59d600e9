//! What a job asks for, read from its request: the same for both kinds.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use super::{processing, training};
use crate::engine::{JobKind, JobOrder};
use crate::host::ML_ROOT;
use crate::s3::split_uri;

/// Everything the executor needs to know of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Entry point and arguments; empty when the request leaves the entry point to the image.
    pub(super) command: Vec<String>,
    /// The request's own `Environment`.
    pub(super) environment: BTreeMap<String, String>,
    pub(super) max_runtime_seconds: u64,
    /// Number of hosts, at least 1.
    pub(super) hosts: u32,
    pub(super) inputs: Vec<Input>,
    pub(super) outputs: Vec<Output>,
    /// Folders below the ML root that are there from the start.
    pub(super) folders: Vec<PathBuf>,
}

/// Data that is there when the job starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Input {
    /// Folder below the ML root.
    pub(super) path: PathBuf,
    /// Where it comes from.
    pub(super) uri: String,
    pub(super) is_manifest: bool,
    /// Whether each host gets its own part of the objects.
    pub(super) is_sharded: bool,
    pub(super) mode: InputMode,
    /// Whether nothing to copy is fine, as for checkpoints of a first attempt.
    pub(super) may_be_empty: bool,
}

/// How the job sees an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InputMode {
    /// As copied files.
    File,
    /// As files that cannot be written.
    FastFile,
    /// Through named pipes.
    Pipe {
        /// Unpacked on the way.
        gunzip: bool,
        /// Each object one record.
        record_io: bool,
    },
}

/// Data that goes to S3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    /// Folder below the ML root.
    pub(super) path: PathBuf,
    /// Prefix, or the archive's own name.
    pub(super) uri: String,
    pub(super) form: OutputForm,
    /// Whether it is uploaded after a failure too.
    pub(super) after_failure: bool,
}

/// What becomes of an output folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OutputForm {
    /// Its files, at the end of the job.
    Files,
    /// Its files, while the job runs and at its end.
    Continuous,
    /// The same, and what is deleted in the folder is deleted on S3.
    Mirror,
    /// One `.tar.gz`, at the end of the job; none when the folder is empty.
    Archive,
}

/// A part of both requests.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct StoppingCondition {
    pub(super) max_runtime_in_seconds: Option<u64>,
}

impl Plan {
    /// Reads a request. The error says why such a job cannot be created here.
    pub(super) fn of(order: &JobOrder) -> Result<Self, String> {
        match order.kind {
            JobKind::Training => training::plan(order),
            JobKind::Processing => processing::plan(order),
        }
    }
}

/// Turns a path in the job into one below the ML root.
pub(super) fn below_root(path: &str, root: &str, member: &str) -> Result<PathBuf, String> {
    let relative = Path::new(path)
        .strip_prefix(root)
        .map_err(|_| format!("{member} `{path}` must lie below `{root}`"))?;
    let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
    let within = Path::new(root).strip_prefix(ML_ROOT).unwrap_or(Path::new(""));
    if plain { Ok(within.join(relative)) } else { Err(format!("{member} `{path}` is not a plain path")) }
}

/// Checks that a text is an S3 URI.
pub(super) fn s3_uri(uri: &str, member: &str) -> Result<String, String> {
    match split_uri(uri) {
        Some(_) => Ok(uri.to_owned()),
        None => Err(format!("{member} `{uri}` is not of the form s3://bucket/key")),
    }
}

/// Joins a prefix and a name with exactly one slash.
pub(super) fn join_uri(prefix: &str, name: &str) -> String {
    format!("{}/{name}", prefix.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_below_their_root() {
        let check = |path| below_root(path, "/opt/ml/processing", "LocalPath");
        assert_eq!(check("/opt/ml/processing/input/data").unwrap(), Path::new("processing/input/data"));
        assert_eq!(check("/opt/ml/processing").unwrap(), Path::new("processing"));
        assert!(check("/opt/ml/model").is_err());
        assert!(check("/opt/ml/processing/../../../etc").is_err());
        assert!(check("relative").is_err());
    }
}
