//! The records that this program writes: of its attempt, and of a run that nobody else recorded.

use jiff::Timestamp;
use sagewright_spec::Pipeline;
use sagewright_store::{PhaseRecord, RunRecord, StepRecord, StepState, VERSION};

use crate::environment::Environment;
use crate::ml::Job;

/// The record that claims an attempt; its number is set by the store.
pub(crate) fn claim(environment: &Environment, step: &str, job: &Job, now: Timestamp) -> StepRecord {
    StepRecord {
        version: VERSION,
        run_id: environment.run_id.clone(),
        pipeline: environment.pipeline.clone(),
        step: step.to_owned(),
        attempt: 0,
        job_name: job.name.clone(),
        job_kind: job.kind,
        state: StepState::Running,
        started_at: now,
        ended_at: None,
        phases: Vec::new(),
        inputs: indexmap::IndexMap::default(),
        parameters: serde_json::Map::default(),
        outputs: Vec::new(),
        cause: None,
        log_tail: None,
    }
}

/// The record of a run as far as one of its jobs knows it. A job is told only the parameters that its
/// step uses; for the others the defaults are taken.
pub(crate) fn run(environment: &Environment, pipeline: &Pipeline, now: Timestamp) -> RunRecord {
    let parameters = pipeline.parameters.iter().filter_map(|parameter| {
        let given = environment.parameters.get(&parameter.name).and_then(|text| parameter.kind.read(text));
        Some((parameter.name.clone(), given.or_else(|| parameter.default.clone())?))
    });
    RunRecord {
        version: VERSION,
        run_id: environment.run_id.clone(),
        execution_arn: environment.execution_arn.clone(),
        pipeline: environment.pipeline.clone(),
        spec: environment.spec.clone(),
        code: environment.code.clone(),
        parameters: parameters.collect(),
        submitted_at: now,
        submitted_by: None,
        stack: None,
        pipeline_name: pipeline_name(&environment.execution_arn),
    }
}

/// SageMaker's name of the pipeline: `…:pipeline/<name>/execution/<id>`.
fn pipeline_name(execution_arn: &str) -> Option<String> {
    let (_, rest) = execution_arn.split_once(":pipeline/")?;
    rest.split_once("/execution/").map(|(name, _)| name.to_owned())
}

pub(crate) fn phase(name: &str, started_at: Timestamp, ended_at: Timestamp) -> PhaseRecord {
    PhaseRecord { name: name.to_owned(), started_at, ended_at }
}
