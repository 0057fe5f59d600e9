//! What the machine wants done.

use jiff::Timestamp;

use super::{ExecutionStatus, JobRecord};
use crate::engine::{JobKind, JobOrder};

/// Something to do. Every action can be asked for again after a crash, so doing one twice must be harmless.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Have a job run; answered by `JobAccepted` or `JobRefused`.
    StartJob {
        /// The job.
        order: Box<JobOrder>,
        /// Ask it to stop as soon as it is accepted: it was stopping when the endpoint died.
        then_stop: bool,
    },
    /// Ask a job to stop.
    StopJob {
        /// Its kind.
        kind: JobKind,
        /// Its name.
        name: String,
    },
    /// Read a file; answered by `FileRead`.
    ReadFile {
        /// The step that needs it.
        step: String,
        /// The file.
        uri: String,
    },
    /// Look for an earlier result; answered by `CacheAnswered`.
    LookUpCache {
        /// The step that asks.
        step: String,
        /// What the result must have been made from.
        key: String,
        /// The earliest end of the job that counts.
        not_before: Option<Timestamp>,
    },
    /// Keep a result for later lookups.
    Remember {
        /// What it was made from.
        key: String,
        /// The job that made it.
        job: Box<JobRecord>,
    },
    /// Answer with `RetryDue` at a time.
    Wait {
        /// The step.
        step: String,
        /// The attempt that failed.
        attempt: u32,
        /// When to answer.
        until: Timestamp,
    },
    /// The execution is over.
    Finished(ExecutionStatus),
}
