//! Finding artifacts through the records of a run's steps.

use sagewright_store::{ArtifactRecord, StepRecord, StepState};
use serde::Serialize;
use std::collections::BTreeMap;

use crate::failure::{Failure, Result};
use crate::run_lookup;
use crate::stack::Stack;

/// An artifact and the step that made it.
#[derive(Debug, Serialize)]
pub(crate) struct Found {
    /// The run's id.
    pub(crate) run_id: String,
    /// The user's name of the step.
    pub(crate) step: String,
    /// The attempt that succeeded.
    pub(crate) attempt: u32,
    /// The artifact as recorded.
    #[serde(flatten)]
    pub(crate) artifact: ArtifactRecord,
    /// Where its files are.
    pub(crate) uri: String,
}

/// Every artifact of a run, in the order the steps ended.
pub(crate) async fn of_run(stack: &Stack, run: &str) -> Result<Vec<Found>> {
    let arn = run_lookup::find(stack, run).await?;
    let run_id = arn.rsplit('/').next().unwrap_or(&arn);
    let mut newest: BTreeMap<String, StepRecord> = BTreeMap::new();
    for record in stack.store.list_attempts(run_id).await?.records {
        let older = newest.get(&record.step).is_none_or(|known| known.attempt < record.attempt);
        if record.state == StepState::Succeeded && older {
            newest.insert(record.step.clone(), record);
        }
    }
    let mut records: Vec<StepRecord> = newest.into_values().collect();
    records.sort_by_key(|record| record.ended_at);
    let mut found = Vec::new();
    for record in records {
        found.extend(record.outputs.into_iter().map(|artifact| Found {
            run_id: run_id.to_owned(),
            step: record.step.clone(),
            attempt: record.attempt,
            uri: stack.store.uri_of(&artifact.key),
            artifact,
        }));
    }
    Ok(found)
}

/// The artifact that `STEP` or `STEP.OUTPUT` means in a run.
pub(crate) async fn find(stack: &Stack, run: &str, wanted: &str) -> Result<Found> {
    let artifacts = of_run(stack, run).await?;
    let known: Vec<_> = artifacts.iter().map(|it| format!("{}.{}", it.step, it.artifact.name)).collect();
    let mut matches: Vec<_> = artifacts
        .into_iter()
        .filter(|it| it.step == wanted || format!("{}.{}", it.step, it.artifact.name) == wanted)
        .collect();
    match matches.len() {
        1 => Ok(matches.remove(0)),
        0 => Err(Failure::input(format!("the run has no artifact `{wanted}`"))
            .hint(format!("its artifacts: {}", known.join(", ")))),
        _ => Err(Failure::input(format!("step `{wanted}` has several outputs")).hint(format!(
            "name one: {}",
            matches
                .iter()
                .map(|it| format!("{}.{}", it.step, it.artifact.name))
                .collect::<Vec<_>>()
                .join(", ")
        ))),
    }
}
