//! From what a person types for a run (an id, its beginning, an ARN, `latest`) to the execution.

use sagewright_store::RunRecord;

use crate::failure::{Failure, Result};
use crate::intent;
use crate::stack::Stack;

/// How many executions are searched for an id that has no record of ours.
const SEARCHED: usize = 1000;

/// Finds the execution's ARN.
pub(crate) async fn find(stack: &Stack, wanted: &str) -> Result<String> {
    if wanted.starts_with("arn:") {
        return Ok(wanted.to_owned());
    }
    if let Ok(record) = stack.store.get_run(wanted).await {
        return Ok(record.execution_arn);
    }
    let runs = stack.client.list_runs(None, SEARCHED).await?;
    if wanted == "latest" {
        return runs
            .into_iter()
            .next()
            .map(|run| run.execution_arn)
            .ok_or_else(|| Failure::input("there are no runs yet").hint("`sagewright run FILE` starts one"));
    }
    let mut matches: Vec<_> = runs.into_iter().filter(|run| run.run_id.starts_with(wanted)).collect();
    match matches.len() {
        1 => Ok(matches.remove(0).execution_arn),
        0 => Err(sagewright_aws::Error::UnknownRun(wanted.to_owned()).into()),
        _ => Err(Failure::input(format!(
            "`{wanted}` is the beginning of {} runs: {}",
            matches.len(),
            matches.iter().take(5).map(|run| run.run_id.as_str()).collect::<Vec<_>>().join(", ")
        ))),
    }
}

/// The run's record; runs that another client started have none until their first step writes it.
pub(crate) async fn record(stack: &Stack, execution_arn: &str) -> Result<Option<RunRecord>> {
    let run_id = execution_arn.rsplit('/').next().unwrap_or(execution_arn);
    match stack.store.get_run(run_id).await {
        Ok(record) => Ok(Some(record)),
        Err(error) if error.is_not_found() => {
            // The submission may have ended between the start and the record.
            let pipeline_name = execution_arn.split('/').nth(1).unwrap_or_default();
            let completed = intent::complete(stack, pipeline_name).await.unwrap_or_default();
            Ok(completed.filter(|record| record.run_id == run_id))
        }
        Err(error) => Err(error.into()),
    }
}

/// The names of all steps of a run in the pipeline's order, as far as its spec is known.
pub(crate) async fn step_names(stack: &Stack, record: Option<&RunRecord>) -> Vec<String> {
    let Some(record) = record else { return Vec::new() };
    let spec = stack.store.get_spec(&record.pipeline, &record.spec).await;
    let text = spec.ok().and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    text.and_then(|text| sagewright_spec::parse(&text).ok())
        .map(|pipeline| pipeline.steps.into_iter().map(|step| step.name).collect())
        .unwrap_or_default()
}
