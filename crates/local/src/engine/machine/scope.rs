//! What a step's expressions can see.

use jiff::Timestamp;
use sagewright_sagemaker::definition::{ExecutionVariable, PropertyFile, Scope, time_value};
use serde_json::Value;

use super::step::Phase;
use super::{Machine, StepEnd};
use crate::engine::JobKind;

pub(super) struct StepScope<'a> {
    pub(super) machine: &'a Machine,
    pub(super) step: usize,
    pub(super) at: Timestamp,
    /// The kind and name of the step's own job.
    pub(super) job: Option<(JobKind, &'a str)>,
}

impl Scope for StepScope<'_> {
    fn parameter(&self, name: &str) -> Option<Value> {
        self.machine.header.parameters.get(name).cloned()
    }

    fn execution(&self, variable: ExecutionVariable) -> Option<Value> {
        let header = &self.machine.header;
        let job =
            |wanted: JobKind| self.job.filter(|(kind, _)| *kind == wanted).map(|(_, name)| name.to_owned());
        let text = match variable {
            ExecutionVariable::StartDateTime => return Some(time_value(header.created_at)),
            ExecutionVariable::CurrentDateTime => return Some(time_value(self.at)),
            ExecutionVariable::PipelineName => header.pipeline_name.to_lowercase(),
            ExecutionVariable::PipelineArn => header.pipeline_arn.clone(),
            ExecutionVariable::PipelineExecutionId => header.id.clone(),
            ExecutionVariable::PipelineExecutionArn => header.arn.clone(),
            ExecutionVariable::TrainingJobName => job(JobKind::Training)?,
            ExecutionVariable::ProcessingJobName => job(JobKind::Processing)?,
        };
        Some(Value::String(text))
    }

    fn step(&self, name: &str) -> Option<Value> {
        let state = &self.machine.steps[self.machine.graph.step(name)?];
        (state.phase == Phase::Ended(StepEnd::Succeeded))
            .then(|| state.job().map(super::JobRecord::describe))?
    }

    fn outcome(&self, step: &str) -> Option<bool> {
        self.machine.steps[self.machine.graph.step(step)?].outcome
    }

    fn property_file(&self, step: &str, name: &str) -> Option<PropertyFile> {
        let step = &self.machine.graph.document.steps[self.machine.graph.step(step)?];
        step.property_files.iter().find(|file| file.name == name).cloned()
    }

    fn file(&self, uri: &str) -> Option<Result<Value, String>> {
        self.machine.steps[self.step].files.get(uri).cloned()
    }
}
