//! What SageMaker says of executions and their steps.

use aws_sdk_sagemaker::types::{
    PipelineExecutionStatus, PipelineExecutionStep, SortOrder, StepStatus as SdkStepStatus,
};
use aws_smithy_types::DateTime;
use serde::Serialize;

use crate::patience::patient;
use crate::{Client, Error, Result};

/// The state of an execution, in SageMaker's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the variants are SageMaker's own PipelineExecutionStatus values")]
pub enum RunState {
    Executing,
    Stopping,
    Stopped,
    Failed,
    Succeeded,
    CompletedWithFailures,
    /// A value that SageMaker did not have when this was written.
    Unknown,
}

impl RunState {
    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Stopped | Self::Failed | Self::Succeeded | Self::CompletedWithFailures)
    }

    /// SageMaker's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Executing => "Executing",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
            Self::Failed => "Failed",
            Self::Succeeded => "Succeeded",
            Self::CompletedWithFailures => "CompletedWithFailures",
            Self::Unknown => "Unknown",
        }
    }

    fn from_sdk(status: Option<&PipelineExecutionStatus>) -> Self {
        match status {
            Some(PipelineExecutionStatus::Executing) => Self::Executing,
            Some(PipelineExecutionStatus::Stopping) => Self::Stopping,
            Some(PipelineExecutionStatus::Stopped) => Self::Stopped,
            Some(PipelineExecutionStatus::Failed) => Self::Failed,
            Some(PipelineExecutionStatus::Succeeded) => Self::Succeeded,
            Some(other) if other.as_str() == "CompletedWithFailures" => Self::CompletedWithFailures,
            _ => Self::Unknown,
        }
    }
}

/// The state of a step, in SageMaker's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the variants are SageMaker's own StepStatus values")]
pub enum StepState {
    Starting,
    Executing,
    Stopping,
    Stopped,
    Failed,
    Succeeded,
    /// A value that SageMaker did not have when this was written.
    Unknown,
}

impl StepState {
    /// Whether the step has ended, for now: a retry may start it again.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Stopped | Self::Failed | Self::Succeeded)
    }

    /// SageMaker's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "Starting",
            Self::Executing => "Executing",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
            Self::Failed => "Failed",
            Self::Succeeded => "Succeeded",
            Self::Unknown => "Unknown",
        }
    }

    fn from_sdk(status: Option<&SdkStepStatus>) -> Self {
        match status {
            Some(SdkStepStatus::Starting) => Self::Starting,
            Some(SdkStepStatus::Executing) => Self::Executing,
            Some(SdkStepStatus::Stopping) => Self::Stopping,
            Some(SdkStepStatus::Stopped) => Self::Stopped,
            Some(SdkStepStatus::Failed) => Self::Failed,
            Some(SdkStepStatus::Succeeded) => Self::Succeeded,
            _ => Self::Unknown,
        }
    }
}

/// The job behind a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Job {
    /// `Training` or `Processing`.
    pub kind: &'static str,
    /// The job's name, the last segment of its ARN.
    pub name: String,
    /// The job's ARN.
    pub arn: String,
}

impl Job {
    fn new(kind: &'static str, arn: &str) -> Self {
        let name = arn.rsplit('/').next().unwrap_or(arn).to_owned();
        Self { kind, name, arn: arn.to_owned() }
    }

    /// The CloudWatch log group that SageMaker writes such jobs to.
    pub fn log_group(&self) -> &'static str {
        if self.kind == "Training" { "/aws/sagemaker/TrainingJobs" } else { "/aws/sagemaker/ProcessingJobs" }
    }
}

/// A step that has at least been started; SageMaker does not list others.
#[derive(Debug, Clone, Serialize)]
pub struct StepStatus {
    /// The step's name in the definition.
    pub step_name: String,
    /// The user's own name of the step, or the definition's where there is no other.
    pub name: String,
    /// Where it stands.
    pub state: StepState,
    /// When SageMaker began with it, in RFC 3339.
    pub started_at: Option<String>,
    /// When it ended, in RFC 3339.
    pub ended_at: Option<String>,
    /// SageMaker's reason for a failure.
    pub failure_reason: Option<String>,
    /// How many jobs it took, from 1.
    pub attempts: i32,
    /// The newest job.
    pub job: Option<Job>,
    /// For a condition: `True` or `False`.
    pub outcome: Option<String>,
}

impl StepStatus {
    /// Whether SageMaker refused to make the step's job at all: nothing ran, and there is no log.
    pub fn is_refused(&self) -> bool {
        self.state == StepState::Failed && self.job.is_none()
    }
}

/// One execution and its steps.
#[derive(Debug, Clone, Serialize)]
pub struct RunStatus {
    /// The run's id: the last segment of the ARN.
    pub run_id: String,
    /// The execution's ARN.
    pub execution_arn: String,
    /// The SageMaker pipeline's name, as its ARN has it.
    pub pipeline_name: String,
    /// Where it stands.
    pub state: RunState,
    /// SageMaker's reason for a failure; a general sentence, the steps' own reasons say more.
    pub failure_reason: Option<String>,
    /// When it was started, in RFC 3339.
    pub started_at: Option<String>,
    /// When it last changed, in RFC 3339.
    pub modified_at: Option<String>,
    /// The steps that have been started, oldest first.
    pub steps: Vec<StepStatus>,
}

/// One line of a list of executions.
#[derive(Debug, Clone, Serialize)]
pub struct RunSummary {
    /// The run's id: the last segment of the ARN.
    pub run_id: String,
    /// The execution's ARN.
    pub execution_arn: String,
    /// The SageMaker pipeline's name.
    pub pipeline_name: String,
    /// Where it stands.
    pub state: RunState,
    /// When it was started, in RFC 3339.
    pub started_at: Option<String>,
}

impl Client {
    /// The execution with all its started steps.
    pub async fn describe_run(&self, execution_arn: &str) -> Result<RunStatus> {
        // The steps are asked for first: a run seen as ended afterwards has no steps that were still moving.
        let steps = self.steps(execution_arn).await?;
        let run = patient(|| async {
            self.sagemaker
                .describe_pipeline_execution()
                .pipeline_execution_arn(execution_arn)
                .send()
                .await
                .map_err(|error| Error::from_sdk("DescribePipelineExecution", &error))
        })
        .await?;
        let state = RunState::from_sdk(run.pipeline_execution_status());
        let mut status = RunStatus {
            run_id: run_id(execution_arn).to_owned(),
            execution_arn: execution_arn.to_owned(),
            pipeline_name: pipeline_name(execution_arn).to_owned(),
            state,
            failure_reason: run.failure_reason.filter(|reason| !reason.is_empty()),
            started_at: run.creation_time.as_ref().map(time),
            modified_at: run.last_modified_time.as_ref().map(time),
            steps,
        };
        if state.is_final() && status.steps.iter().any(|step| !step.state.is_final()) {
            status.steps = self.steps(execution_arn).await?;
        }
        Ok(status)
    }

    /// Every execution of every pipeline, newest first, at most `limit`.
    pub async fn list_runs(&self, pipeline: Option<&str>, limit: usize) -> Result<Vec<RunSummary>> {
        let pipelines = match pipeline {
            Some(name) => vec![name.to_owned()],
            None => self.pipeline_names().await?,
        };
        let mut runs = Vec::new();
        for name in &pipelines {
            runs.extend(self.executions(name, limit).await?);
        }
        runs.sort_by(|left: &RunSummary, right| right.started_at.cmp(&left.started_at));
        runs.truncate(limit);
        Ok(runs)
    }

    async fn pipeline_names(&self) -> Result<Vec<String>> {
        let mut names = Vec::new();
        let mut next = None;
        loop {
            let page = patient(|| async {
                self.sagemaker
                    .list_pipelines()
                    .max_results(100)
                    .set_next_token(next.clone())
                    .send()
                    .await
                    .map_err(|error| Error::from_sdk("ListPipelines", &error))
            })
            .await?;
            names.extend(
                page.pipeline_summaries.unwrap_or_default().into_iter().filter_map(|it| it.pipeline_name),
            );
            next = page.next_token.filter(|token| !token.is_empty());
            if next.is_none() {
                return Ok(names);
            }
        }
    }

    async fn executions(&self, pipeline: &str, limit: usize) -> Result<Vec<RunSummary>> {
        let mut runs = Vec::new();
        let mut next = None;
        loop {
            let page = patient(|| async {
                self.sagemaker
                    .list_pipeline_executions()
                    .pipeline_name(pipeline)
                    .sort_order(SortOrder::Descending)
                    .max_results(100)
                    .set_next_token(next.clone())
                    .send()
                    .await
                    .map_err(|error| Error::from_sdk("ListPipelineExecutions", &error))
            })
            .await?;
            for summary in page.pipeline_execution_summaries.unwrap_or_default() {
                let arn = summary.pipeline_execution_arn.unwrap_or_default();
                runs.push(RunSummary {
                    run_id: run_id(&arn).to_owned(),
                    pipeline_name: pipeline.to_owned(),
                    state: RunState::from_sdk(summary.pipeline_execution_status.as_ref()),
                    started_at: summary.start_time.as_ref().map(time),
                    execution_arn: arn,
                });
            }
            next = page.next_token.filter(|token| !token.is_empty());
            if next.is_none() || runs.len() >= limit {
                return Ok(runs);
            }
        }
    }

    async fn steps(&self, execution_arn: &str) -> Result<Vec<StepStatus>> {
        let mut steps = Vec::new();
        let mut next = None;
        loop {
            let page = patient(|| async {
                self.sagemaker
                    .list_pipeline_execution_steps()
                    .pipeline_execution_arn(execution_arn)
                    .sort_order(SortOrder::Ascending)
                    .max_results(100)
                    .set_next_token(next.clone())
                    .send()
                    .await
                    .map_err(|error| Error::from_sdk("ListPipelineExecutionSteps", &error))
            })
            .await?;
            steps.extend(page.pipeline_execution_steps.unwrap_or_default().into_iter().map(step_status));
            next = page.next_token.filter(|token| !token.is_empty());
            if next.is_none() {
                return Ok(steps);
            }
        }
    }
}

/// The last segment of an execution's ARN.
pub(crate) fn run_id(execution_arn: &str) -> &str {
    execution_arn.rsplit('/').next().unwrap_or(execution_arn)
}

fn pipeline_name(execution_arn: &str) -> &str {
    execution_arn.split('/').nth(1).unwrap_or_default()
}

fn step_status(step: PipelineExecutionStep) -> StepStatus {
    let step_name = step.step_name.unwrap_or_default();
    let metadata = step.metadata.as_ref();
    let training = metadata
        .and_then(|it| it.training_job())
        .and_then(|job| job.arn())
        .map(|arn| Job::new("Training", arn));
    let processing = metadata
        .and_then(|it| it.processing_job())
        .and_then(|job| job.arn())
        .map(|arn| Job::new("Processing", arn));
    let outcome = metadata
        .and_then(|it| it.condition())
        .and_then(|condition| condition.outcome())
        .map(|outcome| outcome.as_str().to_owned());
    StepStatus {
        name: step.step_display_name.filter(|name| !name.is_empty()).unwrap_or_else(|| step_name.clone()),
        step_name,
        state: StepState::from_sdk(step.step_status.as_ref()),
        started_at: step.start_time.as_ref().map(time),
        ended_at: step.end_time.as_ref().map(time),
        failure_reason: step.failure_reason.filter(|reason| !reason.is_empty()),
        attempts: step.attempt_count.unwrap_or(1).max(1),
        job: training.or(processing),
        outcome,
    }
}

/// RFC 3339 in UTC with milliseconds, the form of every time in Sagewright's records.
pub(crate) fn time(time: &DateTime) -> String {
    let milliseconds = time.to_millis().unwrap_or_default();
    jiff::Timestamp::from_millisecond(milliseconds).map(|at| format!("{at:.3}")).unwrap_or_default()
}
