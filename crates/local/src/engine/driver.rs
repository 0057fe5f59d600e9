//! The engine proper: owns the machines, journals, applies, acts.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    CreatePipeline, Error, Executor, JobKind, JobOrder, JobOutcome, List, RetryPipelineExecution,
    StartPipelineExecution, StopPipelineExecution, Tag, UpdatePipeline, UpdatePipelineExecution,
};

/// What an engine needs to know.
#[derive(Clone)]
pub struct Options {
    /// The endpoint's state directory; the engine uses `pipelines/`, `definitions/`, `executions/`, `cache/` and
    /// a few files in it.
    pub state_dir: PathBuf,
    /// `us-east-1`.
    pub region: String,
    /// `000000000000`.
    pub account_id: String,
    /// The clock.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// For tests: where to die.
    pub fault: Option<FaultPoint>,
}

/// A place at which the process aborts, so that tests can see what survives. Counts journal entries of this process,
/// over all executions, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultPoint {
    /// Right before the entry with this number is written.
    BeforeEntry(u64),
    /// Right after the entry with this number was written, before anything else happens.
    AfterEntry(u64),
}

/// Runs pipelines. Cheap to clone; all methods may be called from many tasks.
#[derive(Clone)]
pub struct Engine {}

#[expect(unused_variables, clippy::unused_self, clippy::unused_async, clippy::needless_pass_by_value, reason = "signatures first")]
#[allow(clippy::unimplemented)]
impl Engine {
    /// Reads the state directory and goes on with every execution that is not over. Must be called in a tokio runtime.
    pub async fn open(options: Options, executor: Arc<dyn Executor>) -> Result<Self, Error> {
        unimplemented!()
    }
    /// Stops acting and journaling; running jobs are left alone, for the next [`Engine::open`] to adopt.
    pub async fn shutdown(&self) {
        unimplemented!()
    }
    /// Whether no execution is under way.
    pub fn is_idle(&self) -> bool {
        unimplemented!()
    }
    /// A receiver that sees a new number whenever anything changed.
    pub fn changes(&self) -> tokio::sync::watch::Receiver<u64> {
        unimplemented!()
    }

    /// `CreatePipeline` → `{PipelineArn}`.
    pub fn create_pipeline(&self, request: CreatePipeline) -> Result<Value, Error> {
        unimplemented!()
    }
    /// `UpdatePipeline` → `{PipelineArn, PipelineVersionId}`.
    pub fn update_pipeline(&self, request: UpdatePipeline) -> Result<Value, Error> {
        unimplemented!()
    }
    /// `DescribePipeline` → its response. `version` is `PipelineVersionId`.
    pub fn describe_pipeline(&self, name_or_arn: &str, version: Option<u64>) -> Result<Value, Error> {
        unimplemented!()
    }
    /// `DeletePipeline` → `{PipelineArn}`; refused while an execution is under way.
    pub fn delete_pipeline(&self, name_or_arn: &str, token: &str) -> Result<Value, Error> {
        unimplemented!()
    }
    /// `ListPipelines` → `{PipelineSummaries, NextToken}`.
    pub fn list_pipelines(&self, request: &List) -> Result<Value, Error> {
        unimplemented!()
    }
    /// `StartPipelineExecution` → `{PipelineExecutionArn}`.
    pub fn start_pipeline_execution(&self, request: StartPipelineExecution) -> Result<Value, Error> {
        unimplemented!()
    }
    /// `DescribePipelineExecution` → its response.
    pub fn describe_pipeline_execution(&self, arn: &str) -> Result<Value, Error> {
        unimplemented!()
    }
    /// `ListPipelineExecutions` → `{PipelineExecutionSummaries, NextToken}`.
    pub fn list_pipeline_executions(&self, request: &List) -> Result<Value, Error> {
        unimplemented!()
    }
    /// `ListPipelineExecutionSteps` → `{PipelineExecutionSteps, NextToken}`; steps that never started are absent.
    pub fn list_pipeline_execution_steps(&self, request: &List) -> Result<Value, Error> {
        unimplemented!()
    }
    /// `StopPipelineExecution` → `{PipelineExecutionArn}`.
    pub fn stop_pipeline_execution(&self, request: StopPipelineExecution) -> Result<Value, Error> {
        unimplemented!()
    }
    /// `RetryPipelineExecution` → `{PipelineExecutionArn}`.
    pub fn retry_pipeline_execution(&self, request: RetryPipelineExecution) -> Result<Value, Error> {
        unimplemented!()
    }
    /// `UpdatePipelineExecution` → `{PipelineExecutionArn}`.
    pub fn update_pipeline_execution(&self, request: UpdatePipelineExecution) -> Result<Value, Error> {
        unimplemented!()
    }
    /// `DescribePipelineDefinitionForExecution` → `{PipelineDefinition, CreationTime}`.
    pub fn describe_pipeline_definition_for_execution(&self, arn: &str) -> Result<Value, Error> {
        unimplemented!()
    }
    /// `ListPipelineParametersForExecution` → `{PipelineParameters, NextToken}`.
    pub fn list_pipeline_parameters_for_execution(&self, request: &List) -> Result<Value, Error> {
        unimplemented!()
    }

    /// `DescribeTrainingJob` / `DescribeProcessingJob` → their response.
    pub fn describe_job(&self, kind: JobKind, name: &str) -> Result<Value, Error> {
        unimplemented!()
    }
    /// `ListTrainingJobs` / `ListProcessingJobs` → their response.
    pub fn list_jobs(&self, kind: JobKind, request: &List) -> Result<Value, Error> {
        unimplemented!()
    }
    /// `StopTrainingJob` / `StopProcessingJob` → `{}`.
    pub fn stop_job(&self, kind: JobKind, name: &str) -> Result<Value, Error> {
        unimplemented!()
    }

    /// `ListTags` → `{Tags, NextToken}` for a pipeline, execution or job.
    pub fn list_tags(&self, arn: &str, request: &List) -> Result<Value, Error> {
        unimplemented!()
    }
    /// `AddTags` → `{Tags}`, all tags of the resource.
    pub fn add_tags(&self, arn: &str, tags: Vec<Tag>) -> Result<Value, Error> {
        unimplemented!()
    }
    /// `DeleteTags` → `{}`.
    pub fn delete_tags(&self, arn: &str, keys: &[String]) -> Result<Value, Error> {
        unimplemented!()
    }
}

/// Tells the engine what becomes of one job. Cheap to clone, may outlive the engine (then it does nothing).
///
/// Each method returns when the news is in the journal; while that cannot be written (a full disk) it waits.
#[derive(Clone)]
pub struct JobReporter {}

#[expect(unused_variables, clippy::unused_self, clippy::unused_async, reason = "signatures first")]
#[allow(clippy::unimplemented)]
impl JobReporter {
    /// A reporter that is connected to nothing but the returned receiver, to try executors without an engine.
    pub fn channel(order: JobOrder) -> (Self, tokio::sync::mpsc::UnboundedReceiver<JobNews>) {
        unimplemented!()
    }
    /// The job this reporter is about.
    pub fn order(&self) -> &JobOrder {
        unimplemented!()
    }
    /// The job went on to another secondary status (`Starting`, `Pending`, `Downloading`, `Training`, `Uploading`, …; for
    /// processing jobs too, where it is kept but not shown), with the message that Describe shows beside it.
    /// The service's usual ones: `Starting` at creation (reported by the engine itself), `Downloading`, `Training`,
    /// `Uploading`; the final one follows from [`JobReporter::ended`].
    pub async fn status(&self, secondary_status: &str, message: &str, at: Timestamp) {
        unimplemented!()
    }
    /// The job is over.
    pub async fn ended(&self, outcome: JobOutcome) {
        unimplemented!()
    }
}

/// What a [`JobReporter`] passes on.
#[derive(Debug, Clone, PartialEq)]
pub enum JobNews {
    /// See [`JobReporter::status`].
    Status {
        /// The secondary status.
        secondary_status: String,
        /// The message beside it.
        message: String,
        /// Since when.
        at: Timestamp,
    },
    /// See [`JobReporter::ended`].
    Ended(JobOutcome),
}
