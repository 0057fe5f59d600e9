//! `lower`: from a [`Plan`] to the pipeline definition that SageMaker reads.
//!
//! Nothing is decided here: lowering cannot fail, and the same plan always gives the same bytes.

mod common;
mod definition;
mod processing;
mod retry;
mod training;

use serde_json::{Value, json};
use std::collections::HashMap;

use crate::plan::{JobKind, Plan, PlannedParameter, PlannedStep};
use sagewright_spec::{ParameterType, apply_patch};

pub use definition::{Definition, DefinitionStep};

/// Writes the definition of a plan.
pub fn lower(plan: &Plan) -> Definition {
    let step_names: HashMap<&str, &str> =
        plan.steps.iter().map(|step| (step.name.as_str(), step.step_name.as_str())).collect();
    Definition::new(
        plan.parameters.iter().map(parameter).collect(),
        plan.steps.iter().map(|step| lower_step(step, &step_names)).collect(),
    )
}

fn parameter(parameter: &PlannedParameter) -> Value {
    let kind = match parameter.kind {
        ParameterType::String => "String",
        ParameterType::Integer => "Integer",
        ParameterType::Float => "Float",
        ParameterType::Boolean => "Boolean",
    };
    let mut entry = json!({"Name": parameter.name, "Type": kind});
    if let Some(default) = &parameter.default {
        entry["DefaultValue"] = default.clone();
    }
    entry
}

/// Writes a step; `step_names` has the names in SageMaker by the user's own.
fn lower_step(step: &PlannedStep, step_names: &HashMap<&str, &str>) -> DefinitionStep {
    DefinitionStep {
        name: step.step_name.clone(),
        kind: step.kind.as_str(),
        display_name: step.name.clone(),
        description: step.description.clone(),
        depends_on: step.depends_on.iter().map(|name| step_names[name.as_str()].to_owned()).collect(),
        retry_policies: step.retry_policies.iter().map(retry::policy).collect(),
        arguments: request(step),
    }
}

/// Writes the request that creates a step's job.
pub(crate) fn request(step: &PlannedStep) -> Value {
    let mut request = request_without_overrides(step);
    for (key, value) in &step.job_overrides {
        apply_patch(&mut request, &json!({key: value}));
    }
    request
}

/// Writes the request as it is before the user's own overrides.
pub(crate) fn request_without_overrides(step: &PlannedStep) -> Value {
    let mut request = match step.kind {
        JobKind::Training => training::arguments(step),
        JobKind::Processing => processing::arguments(step),
    };
    for (key, value) in &step.request_arguments {
        apply_patch(&mut request, &json!({key: value}));
    }
    request
}
