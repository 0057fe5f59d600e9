//! `trace` → `check` → `plan`: everything that happens before anything is sent.

use sagewright_sagemaker::Plan;
use sagewright_spec::CheckedPipeline;
use std::collections::BTreeMap;

use crate::failure::{Failure, Result};
use crate::stack::Chosen;
use crate::trace::Trace;

/// A pipeline that was checked and planned for a stack.
pub(crate) struct Compiled {
    /// The pipeline that passed every check.
    pub(crate) pipeline: CheckedPipeline,
    /// The jobs it becomes.
    pub(crate) plan: Plan,
    /// Run parameters, as the text that SageMaker takes.
    pub(crate) parameters: BTreeMap<String, String>,
    /// The same parameters as typed values, with the defaults filled in.
    pub(crate) values: BTreeMap<String, serde_json::Value>,
}

/// Checks and plans; `code` is the hash of the packed code, if there is any.
pub(crate) fn compile(
    trace: &Trace,
    code: Option<String>,
    stack: &Chosen,
    parameters: &[String],
) -> Result<Compiled> {
    let parameters = split_parameters(parameters)?;
    let pipeline = sagewright_spec::check(trace.pipeline.clone()).map_err(Failure::diagnostics)?;
    let target = stack.target(pipeline.pipeline(), trace.command_path.clone(), code)?;
    let values = sagewright_spec::bind_parameters(&pipeline, &parameters).map_err(Failure::diagnostics)?;
    let plan = sagewright_sagemaker::plan(&pipeline, &target).map_err(Failure::diagnostics)?;
    let too_long = sagewright_sagemaker::check_values(&plan, &values);
    if !too_long.is_empty() {
        return Err(Failure::diagnostics(too_long));
    }
    Ok(Compiled { pipeline, plan, parameters, values })
}

fn split_parameters(parameters: &[String]) -> Result<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    for parameter in parameters {
        let (name, value) = parameter
            .split_once('=')
            .ok_or_else(|| Failure::input(format!("`--param {parameter}` is not of the form NAME=VALUE")))?;
        if values.insert(name.to_owned(), value.to_owned()).is_some() {
            return Err(Failure::input(format!("parameter `{name}` is given twice")));
        }
    }
    Ok(values)
}
