//! An execution as the API shows it.

use sagewright_sagemaker::definition::{StepKind, resolve};
use serde_json::{Map, Value, json};

use super::scope::StepScope;
use super::step::{Phase, StepState};
use super::{ExecutionStatus, JobRecord, Machine, StepEnd};
use crate::engine::wire_time::seconds;
use crate::engine::{JobKind, SortOrder};

/// What the service says about every execution that failed; the useful text is on the step.
const EXECUTION_FAILURE: &str = "Step failure: One or multiple steps failed.";

impl Machine {
    /// `FailureReason` of the execution.
    pub fn failure_reason(&self) -> Option<&'static str> {
        (self.status == ExecutionStatus::Failed).then_some(EXECUTION_FAILURE)
    }

    /// The display name, as updated.
    pub fn display_name(&self) -> &str {
        &self.display_name
    }

    /// The description, as updated.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The `DescribePipelineExecution` response.
    pub fn describe(&self) -> Value {
        let header = &self.header;
        let mut response = json!({
            "PipelineArn": header.pipeline_arn,
            "PipelineExecutionArn": header.arn,
            "PipelineExecutionDisplayName": self.display_name,
            "PipelineExecutionStatus": self.status.name(),
            "CreationTime": seconds(header.created_at),
            "LastModifiedTime": seconds(self.modified_at),
            "CreatedBy": {},
            "LastModifiedBy": {},
            "PipelineVersionId": header.pipeline_version,
        });
        if let Some(description) = &self.description {
            response["PipelineExecutionDescription"] = json!(description);
        }
        if let Some(reason) = self.failure_reason() {
            response["FailureReason"] = json!(reason);
        }
        if let Some(max) = self.max_parallel_steps {
            response["ParallelismConfiguration"] = json!({"MaxParallelExecutionSteps": max});
        }
        if let Some(selective) = &header.selective {
            response["SelectiveExecutionConfig"] = json!(selective);
        }
        if let Some(experiment) = &self.graph.document.experiment {
            let scope = StepScope { machine: self, step: 0, at: header.created_at, job: None };
            if let Ok(experiment) = resolve(experiment, &scope) {
                response["PipelineExperimentConfig"] = experiment;
            }
        }
        response
    }

    /// The steps that were started, as `ListPipelineExecutionSteps` shows them.
    pub fn list_steps(&self, order: SortOrder) -> Vec<Value> {
        let mut started: Vec<usize> =
            (0..self.steps.len()).filter(|at| self.steps[*at].started_at.is_some()).collect();
        started.sort_by_key(|at| (self.steps[*at].started_at, *at));
        if order == SortOrder::Descending {
            started.reverse();
        }
        started.into_iter().filter_map(|at| self.step_wire(at)).collect()
    }

    fn step_wire(&self, index: usize) -> Option<Value> {
        let step = &self.graph.document.steps[index];
        let state = &self.steps[index];
        let mut wire = Map::new();
        wire.insert("StepName".into(), json!(step.name));
        if let Some(name) = &step.display_name {
            wire.insert("StepDisplayName".into(), json!(name));
        }
        if let Some(description) = &step.description {
            wire.insert("StepDescription".into(), json!(description));
        }
        wire.insert("StartTime".into(), json!(seconds(state.started_at?)));
        if let Some(ended_at) = state.ended_at {
            wire.insert("EndTime".into(), json!(seconds(ended_at)));
        }
        wire.insert("StepStatus".into(), json!(status_of(state)));
        if let Some(reason) = &state.failure {
            wire.insert("FailureReason".into(), json!(reason));
        }
        match (&state.reused_from, &state.cache_hit) {
            (Some(arn), _) => {
                wire.insert("SelectiveExecutionResult".into(), json!({"SourcePipelineExecutionArn": arn}));
            }
            (None, Some(hit)) => {
                wire.insert(
                    "CacheHitResult".into(),
                    json!({"SourcePipelineExecutionArn": hit.execution_arn}),
                );
            }
            (None, None) => {}
        }
        wire.insert("AttemptCount".into(), json!(state.attempts.max(1)));
        wire.insert("Metadata".into(), metadata(&step.kind, state));
        Some(Value::Object(wire))
    }

    /// All jobs of the execution, those of earlier attempts included; without results taken from other executions.
    pub fn jobs(&self) -> impl Iterator<Item = &JobRecord> {
        self.steps.iter().flat_map(|step| step.jobs.iter())
    }

    /// The newest job of each step, by name, and whether it may still be stopped.
    pub fn find_job(&self, kind: JobKind, name: &str) -> Option<&JobRecord> {
        self.jobs().find(|job| job.order.kind == kind && job.order.name == name)
    }

    /// The job that stands for a step that succeeded, for executions that take results from this one.
    pub fn result_of(&self, step: &str) -> Option<&JobRecord> {
        let state = &self.steps[self.graph.step(step)?];
        state.job().filter(|_| state.phase == Phase::Ended(StepEnd::Succeeded))
    }
}

fn status_of(state: &StepState) -> &'static str {
    match state.phase {
        Phase::Ended(end) => end.name(),
        Phase::Running if state.stopping => "Stopping",
        Phase::Running if state.accepted => "Executing",
        _ => "Starting",
    }
}

fn metadata(kind: &StepKind, state: &StepState) -> Value {
    match kind {
        StepKind::Job { .. } => match state.job() {
            None => json!({}),
            Some(job) => match job.order.kind {
                JobKind::Training => json!({"TrainingJob": {"Arn": job.order.arn}}),
                JobKind::Processing => json!({"ProcessingJob": {"Arn": job.order.arn}}),
            },
        },
        StepKind::Condition { .. } => match state.outcome {
            Some(outcome) => json!({"Condition": {"Outcome": if outcome { "True" } else { "False" }}}),
            None => json!({"Condition": {}}),
        },
        StepKind::Fail { .. } => match &state.message {
            Some(message) => json!({"Fail": {"ErrorMessage": message}}),
            None => json!({"Fail": {}}),
        },
    }
}
