//! What the engine asks of whatever runs jobs.
//!
//! The engine decides *that* a job runs and what it is called; an [`Executor`] decides how. Everything an executor
//! learns comes back through the [`JobReporter`] it was given with the job.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::JobReporter;

/// The two kinds of job a step can stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum JobKind {
    /// A job made by `CreateTrainingJob`.
    Training,
    /// A job made by `CreateProcessingJob`.
    Processing,
}

impl JobKind {
    /// The operation that makes such a job.
    pub fn create_operation(self) -> &'static str {
        match self {
            Self::Training => "CreateTrainingJob",
            Self::Processing => "CreateProcessingJob",
        }
    }

    /// The request member that holds the job's name.
    pub fn name_member(self) -> &'static str {
        match self {
            Self::Training => "TrainingJobName",
            Self::Processing => "ProcessingJobName",
        }
    }

    /// The resource type in the job's ARN.
    pub fn arn_segment(self) -> &'static str {
        match self {
            Self::Training => "training-job",
            Self::Processing => "processing-job",
        }
    }

    /// The CloudWatch log group of such jobs.
    pub fn log_group(self) -> &'static str {
        match self {
            Self::Training => "/aws/sagemaker/TrainingJobs",
            Self::Processing => "/aws/sagemaker/ProcessingJobs",
        }
    }
}

/// One job to run: everything an executor needs, resolved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobOrder {
    /// Training or processing.
    pub kind: JobKind,
    /// The job's name, unique on this endpoint for ever: the key of idempotency.
    pub name: String,
    /// The job's ARN.
    pub arn: String,
    /// The complete, validated `CreateTrainingJob` / `CreateProcessingJob` request, its name included, without any
    /// expression left in it.
    pub request: Value,
    /// When the job was created, as Describe answers it.
    pub created_at: Timestamp,
    /// The execution the job belongs to.
    pub execution_arn: String,
    /// The name of its step in the definition.
    pub step: String,
    /// 1 for the first job of the step, rising with every retry.
    pub attempt: u32,
}

/// Why a job could not be created; becomes the step's failure, or a retry when a policy covers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What kind of refusal, which decides whether it is retried.
    pub class: RefusalClass,
    /// The text after `Error Details: `.
    pub message: String,
}

/// The classes of refusal that retry policies tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefusalClass {
    /// The request itself is wrong; never retried.
    Validation,
    /// A quota of the account is reached (`SageMaker.RESOURCE_LIMIT`).
    ResourceLimit,
    /// No instance to run on (`SageMaker.CAPACITY_ERROR`).
    Capacity,
    /// Too many requests (`Step.THROTTLING`); retried without any policy.
    Throttling,
    /// A fault of the service (`Step.SERVICE_FAULT`); retried without any policy.
    ServiceFault,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobOutcome {
    /// The final status.
    pub status: JobEnd,
    /// Describe's `FailureReason` (`AlgorithmError: …`, `InternalServerError: …`, `ClientError: …`), at most 1024
    /// characters; the prefix decides which retry policy covers it. Absent unless failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<String>,
    /// Describe's `ExitMessage` of a processing job: the first KiB of `/opt/ml/output/message`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_message: Option<String>,
    /// When the entry point was started; absent if it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When the job was over, uploads included.
    pub ended_at: Timestamp,
}

/// The final states of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobEnd {
    /// Exit code 0, everything uploaded.
    Completed,
    /// Anything else.
    Failed,
    /// Stopped because somebody asked.
    Stopped,
    /// Stopped because `MaxRuntimeInSeconds` was over: status `Stopped`, secondary status `MaxRuntimeExceeded`.
    MaxRuntimeExceeded,
}

/// Runs jobs.
///
/// All methods may be called from many tasks at once.
#[async_trait]
pub trait Executor: Send + Sync + 'static {
    /// Starts the job, or takes it over.
    ///
    /// Must be idempotent by `order.name`: after a restart of the endpoint the engine asks again for every job it has
    /// not seen the end of. A job that still runs is adopted; one that ended meanwhile has its end reported; one that
    /// left no trace is started. Returns when the job is accepted, not when it is over; what happens later goes to
    /// `reporter`, whose last word must be [`JobReporter::ended`]. Reporting something twice is harmless.
    async fn start(&self, order: JobOrder, reporter: JobReporter) -> Result<(), Refusal>;

    /// Asks the job to stop (SIGTERM, 120 seconds, SIGKILL). Returns at once; its end is reported as always.
    /// Unknown and finished jobs are ignored. May be called more than once.
    async fn stop(&self, kind: JobKind, name: &str);

    /// Reads a file that a step wrote, for `Std:JsonGet`. The error is a text for the step's failure reason.
    async fn read_file(&self, uri: &str) -> Result<Vec<u8>, String>;
}
