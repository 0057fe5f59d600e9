//! CloudWatch Logs over the jobs' log files. Nothing is kept in memory: tokens are places in the files.

mod events;
mod file;
mod filter;
mod groups;
mod pattern;
mod streams;

use std::path::{Path, PathBuf};

pub(crate) use self::streams::{StreamFile, host_folder};
use crate::server::ServiceError;

/// Most events in a page.
const MAX_EVENTS: usize = 10_000;
/// Most bytes in a page, counted as CloudWatch does.
const MAX_BYTES: usize = 1024 * 1024;
/// What an event counts beyond its text.
const EVENT_OVERHEAD: usize = 26;

/// Answers the operations of CloudWatch Logs.
#[derive(Debug, Clone)]
pub(crate) struct Logs {
    jobs: PathBuf,
}

impl Logs {
    /// Reads the logs of the jobs below this folder.
    pub(crate) fn new(jobs: impl Into<PathBuf>) -> Self {
        Self { jobs: jobs.into() }
    }

    fn jobs(&self) -> &Path {
        &self.jobs
    }
}

fn no_group() -> ServiceError {
    ServiceError::new("ResourceNotFoundException", 400, "The specified log group does not exist.")
}

fn no_stream() -> ServiceError {
    ServiceError::new("ResourceNotFoundException", 400, "The specified log stream does not exist.")
}

fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidParameterException", 400, message)
}

fn unreadable(error: &std::io::Error) -> ServiceError {
    ServiceError::internal(error)
}
