//! What an endpoint is started with.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::engine::FaultPoint;

/// How an endpoint is to be run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder that holds everything the endpoint knows; made when missing.
    pub state_dir: PathBuf,
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Program and arguments that start a job host; the job's folder is appended.
    pub host_command: Vec<OsString>,
    /// Folder put in front of the jobs' `PATH`, so that they find the programs installed beside the endpoint.
    pub path_prepend: Option<PathBuf>,
    /// How many job processes run at once; 0 means twice the number of cores.
    pub max_jobs: usize,
    /// Seconds between SIGTERM and SIGKILL for a job that is to end.
    pub grace_seconds: u64,
    /// Seconds between two uploads of continuous outputs and checkpoints.
    pub sync_seconds: u64,
    /// For tests of recovery: where to die.
    pub fault: Option<FaultPoint>,
}

impl Options {
    /// The defaults for a state directory: any free port, SageMaker's times.
    pub fn new(state_dir: impl Into<PathBuf>, host_command: Vec<OsString>) -> Self {
        Self {
            state_dir: state_dir.into(),
            port: 0,
            host_command,
            path_prepend: None,
            max_jobs: 0,
            grace_seconds: 120,
            sync_seconds: 5,
            fault: None,
        }
    }
}
