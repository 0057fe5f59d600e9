//! `job.json`: everything a host needs to know, written by the endpoint before it starts the host.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What a host runs, and under which rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostFile {
    /// Program and arguments, executed without a shell.
    pub command: Vec<String>,
    /// Names of the variables taken over from the host's own environment. Everything else is left behind.
    pub inherit: Vec<String>,
    /// Folder put in front of the inherited `PATH`.
    pub path_prepend: Option<PathBuf>,
    /// Variables of the job; they win over inherited ones.
    pub environment: BTreeMap<String, String>,
    /// Working directory of the entry point.
    pub directory: PathBuf,
    /// Folder that holds what the job finds at `/opt/ml`.
    pub ml: PathBuf,
    /// Whether to mount `ml` on `/opt/ml` in a private mount namespace.
    pub private_mount: bool,
    /// Folders below `ml` (relative paths) that the job may only read.
    #[serde(default)]
    pub read_only: Vec<PathBuf>,
    /// Input channels served through named pipes.
    #[serde(default)]
    pub pipes: Vec<PipeChannel>,
    /// Seconds after which the job is asked to end.
    pub max_runtime_seconds: u64,
    /// Seconds between the request to end and the kill.
    pub grace_seconds: u64,
}

/// A channel in Pipe mode: one named pipe per pass over the data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PipeChannel {
    /// Path below `ml`, to which `_<epoch>` is appended.
    pub path: PathBuf,
    /// Files whose bytes go through the pipe, in this order.
    pub sources: Vec<PathBuf>,
    /// Whether the sources are gzip files to be unpacked on the way.
    pub gunzip: bool,
    /// Whether each source is wrapped as one `RecordIO` record.
    pub record_io: bool,
}
