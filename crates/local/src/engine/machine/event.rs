//! What can happen to an execution; the lines of its journal.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::JobRecord;
use crate::engine::{JobOutcome, Refusal};

/// Something that happened, with the time at which it did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When; never earlier than the event before.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// The events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event")]
pub enum What {
    /// The execution begins.
    Started,
    /// A file that a step's expressions need was read, or could not be.
    FileRead {
        /// The step that asked.
        step: String,
        /// The file.
        uri: String,
        /// Its text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<String>,
        /// Why there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// The cache was asked for an earlier result.
    CacheAnswered {
        /// The step that asked.
        step: String,
        /// What was found.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hit: Option<Box<CacheHit>>,
    },
    /// The executor took a job on.
    JobAccepted {
        /// The job's step.
        step: String,
        /// Which of the step's jobs.
        attempt: u32,
    },
    /// The executor could not create a job.
    JobRefused {
        /// The job's step.
        step: String,
        /// Which of the step's jobs.
        attempt: u32,
        /// Why.
        refusal: Refusal,
    },
    /// A job reached another secondary status.
    JobStatus {
        /// The job's step.
        step: String,
        /// Which of the step's jobs.
        attempt: u32,
        /// The secondary status.
        secondary_status: String,
        /// The message beside it.
        message: String,
    },
    /// A job is over.
    JobEnded {
        /// The job's step.
        step: String,
        /// Which of the step's jobs.
        attempt: u32,
        /// How it ended.
        outcome: JobOutcome,
    },
    /// Somebody asked for one job to stop.
    JobStopRequested {
        /// The job's step.
        step: String,
        /// Which of the step's jobs.
        attempt: u32,
    },
    /// The wait before a retry is over.
    RetryDue {
        /// The step.
        step: String,
        /// The attempt that failed.
        attempt: u32,
    },
    /// Somebody asked for the execution to stop.
    StopRequested,
    /// Somebody asked to go on with a Failed or Stopped execution.
    RetryRequested {
        /// Replaces the limit of parallel steps.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_parallel_steps: Option<u32>,
    },
    /// Somebody changed what can be changed.
    Updated {
        /// The new display name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        display_name: Option<String>,
        /// The new description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// The new limit of parallel steps.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_parallel_steps: Option<u32>,
    },
}

/// An earlier result that stands for a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CacheHit {
    /// The execution it comes from.
    pub execution_arn: String,
    /// The job that made it.
    pub job: JobRecord,
}
