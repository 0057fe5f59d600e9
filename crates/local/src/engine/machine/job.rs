//! The record of one job: what Describe answers about it.

use jiff::Timestamp;
use sagewright_sagemaker::api::model;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::engine::wire_time::seconds;
use crate::engine::{JobEnd, JobKind, JobOrder, JobOutcome};

/// A day: what `StoppingCondition` means when it is absent.
const DEFAULT_MAX_RUNTIME_SECONDS: u64 = 86_400;

/// One job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobRecord {
    /// What was ordered.
    pub order: JobOrder,
    /// `TrainingJobStatus` / `ProcessingJobStatus`.
    pub status: JobStatus,
    /// The way so far; the last one is the present.
    pub transitions: Vec<Transition>,
    /// Time of the last change.
    pub modified_at: Timestamp,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<JobOutcome>,
}

/// The statuses of jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobStatus {
    /// Created and not over.
    InProgress,
    /// Done.
    Completed,
    /// Failed.
    Failed,
    /// Asked to stop.
    Stopping,
    /// Stopped.
    Stopped,
}

impl JobStatus {
    /// The status on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::InProgress => "InProgress",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
        }
    }
}

/// One entry of `SecondaryStatusTransitions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// The secondary status.
    pub status: String,
    /// The message beside it.
    pub message: String,
    /// Since when.
    pub started_at: Timestamp,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}

impl JobRecord {
    /// A job that was just ordered.
    pub(super) fn new(order: JobOrder) -> Self {
        let at = order.created_at;
        let mut record = Self {
            order,
            status: JobStatus::InProgress,
            transitions: Vec::new(),
            modified_at: at,
            outcome: None,
        };
        record.enter("Starting", "Starting the job", at);
        record
    }

    /// Whether it has passed through a secondary status already.
    pub(super) fn has_entered(&self, status: &str) -> bool {
        self.transitions.iter().any(|transition| transition.status == status)
    }

    pub(super) fn enter(&mut self, status: &str, message: &str, at: Timestamp) {
        if let Some(last) = self.transitions.last_mut() {
            last.ended_at = Some(at);
        }
        self.transitions.push(Transition {
            status: status.to_owned(),
            message: message.to_owned(),
            started_at: at,
            ended_at: None,
        });
        self.modified_at = at;
    }

    pub(super) fn stopping(&mut self, at: Timestamp) {
        self.status = JobStatus::Stopping;
        self.enter("Stopping", "Stopping the job", at);
    }

    pub(super) fn end(&mut self, outcome: JobOutcome) {
        let (status, secondary) = match outcome.status {
            JobEnd::Completed => (JobStatus::Completed, "Completed"),
            JobEnd::Failed => (JobStatus::Failed, "Failed"),
            JobEnd::Stopped => (JobStatus::Stopped, "Stopped"),
            JobEnd::MaxRuntimeExceeded => (JobStatus::Stopped, "MaxRuntimeExceeded"),
        };
        self.status = status;
        let message = match outcome.status {
            JobEnd::Completed => "Training job completed".to_owned(),
            JobEnd::Failed => outcome.failure_reason.clone().unwrap_or_default(),
            JobEnd::Stopped => "Training job stopped".to_owned(),
            JobEnd::MaxRuntimeExceeded => "Training job exceeded its maximum runtime".to_owned(),
        };
        self.enter(secondary, &message, outcome.ended_at);
        if let Some(last) = self.transitions.last_mut() {
            last.ended_at = Some(outcome.ended_at);
        }
        self.outcome = Some(outcome);
    }

    /// The Describe response.
    pub fn describe(&self) -> Value {
        let order = &self.order;
        let shape = match order.kind {
            JobKind::Training => "DescribeTrainingJobResponse",
            JobKind::Processing => "DescribeProcessingJobResponse",
        };
        let known = model().service("sagemaker").and_then(|service| service.shape(shape));
        let mut response: Map<String, Value> = order
            .request
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(key, _)| known.is_none_or(|known| known.members.contains_key(*key)))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let mut set = |key: &str, value: Value| response.insert(key.to_owned(), value);
        let prefix = self.prefix();
        set(&format!("{prefix}JobArn"), json!(order.arn));
        set(&format!("{prefix}JobStatus"), json!(self.status.name()));
        set("CreationTime", json!(seconds(order.created_at)));
        set("LastModifiedTime", json!(seconds(self.modified_at)));
        if let Some(outcome) = &self.outcome {
            if let Some(reason) = &outcome.failure_reason {
                set("FailureReason", json!(reason));
            }
            if let (Some(message), JobKind::Processing) = (&outcome.exit_message, order.kind) {
                set("ExitMessage", json!(message));
            }
            set(&format!("{prefix}EndTime"), json!(seconds(outcome.ended_at)));
        }
        if let Some(started_at) = self.started_at() {
            set(&format!("{prefix}StartTime"), json!(seconds(started_at)));
        }
        if order.kind == JobKind::Training {
            self.describe_training(&mut response);
        }
        Value::Object(response)
    }

    fn describe_training(&self, response: &mut Map<String, Value>) {
        let mut set = |key: &str, value: Value| response.insert(key.to_owned(), value);
        set("ModelArtifacts", json!({"S3ModelArtifacts": self.model_artifacts()}));
        set("SecondaryStatus", json!(self.secondary_status()));
        let transitions: Vec<Value> = self.transitions.iter().map(Transition::describe).collect();
        set("SecondaryStatusTransitions", Value::Array(transitions));
        if let (Some(outcome), Some(started_at)) = (&self.outcome, self.started_at()) {
            let elapsed = outcome.ended_at.duration_since(started_at).as_secs().max(0);
            set("TrainingTimeInSeconds", json!(elapsed.max(1)));
            set("BillableTimeInSeconds", json!(elapsed.max(1)));
        }
        for flag in
            ["EnableNetworkIsolation", "EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining"]
        {
            response.entry(flag).or_insert(Value::Bool(false));
        }
        response
            .entry("StoppingCondition")
            .or_insert_with(|| json!({"MaxRuntimeInSeconds": DEFAULT_MAX_RUNTIME_SECONDS}));
    }

    /// The entry in a List response.
    pub fn summary(&self) -> Value {
        let describe = self.describe();
        let members: &[&str] = match self.order.kind {
            JobKind::Training => &[
                "TrainingJobName",
                "TrainingJobArn",
                "CreationTime",
                "TrainingEndTime",
                "LastModifiedTime",
                "TrainingJobStatus",
                "SecondaryStatus",
            ],
            JobKind::Processing => &[
                "ProcessingJobName",
                "ProcessingJobArn",
                "CreationTime",
                "ProcessingEndTime",
                "LastModifiedTime",
                "ProcessingJobStatus",
                "FailureReason",
                "ExitMessage",
            ],
        };
        members
            .iter()
            .filter_map(|member| describe.get(member).map(|value| ((*member).to_owned(), value.clone())))
            .collect::<Map<_, _>>()
            .into()
    }

    /// When the entry point began to run, as far as is known.
    fn started_at(&self) -> Option<Timestamp> {
        let known = self.outcome.as_ref().and_then(|outcome| outcome.started_at);
        known.or_else(|| {
            let running =
                |transition: &&Transition| matches!(transition.status.as_str(), "Downloading" | "Training");
            self.transitions.iter().find(running).map(|transition| transition.started_at)
        })
    }

    /// The present secondary status. Those that the API does not know stay inside.
    fn secondary_status(&self) -> &str {
        self.transitions.last().map_or("Starting", |transition| transition.status.as_str())
    }

    /// Where the model is, or will be.
    fn model_artifacts(&self) -> String {
        let output = &self.order.request["OutputDataConfig"];
        let path = output["S3OutputPath"].as_str().unwrap_or_default().trim_end_matches('/');
        let file = if output["CompressionType"] == "NONE" { "model/" } else { "model.tar.gz" };
        format!("{path}/{}/output/{file}", self.order.name)
    }

    fn prefix(&self) -> &'static str {
        match self.order.kind {
            JobKind::Training => "Training",
            JobKind::Processing => "Processing",
        }
    }
}

impl Transition {
    fn describe(&self) -> Value {
        let mut value = json!({
            "Status": self.status,
            "StartTime": seconds(self.started_at),
            "StatusMessage": self.message,
        });
        if let Some(ended_at) = self.ended_at {
            value["EndTime"] = json!(seconds(ended_at));
        }
        value
    }
}
