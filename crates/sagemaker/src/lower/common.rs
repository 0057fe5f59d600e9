//! What the requests for both kinds of job have in common.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

use crate::plan::{EnvironmentValue, PlannedStep, PlannedVpc};

/// The program in the image that every job starts.
pub(super) const ENTRY_POINT: [&str; 1] = ["sagewright-step"];

/// Writes the environment. Parameters are joined with nothing, which makes text of any type.
pub(super) fn environment(step: &PlannedStep) -> Value {
    let entries = step.environment.iter().map(|(name, value)| {
        let value = match value {
            EnvironmentValue::Text(text) => json!(text),
            EnvironmentValue::ExecutionArn => json!({"Get": "Execution.PipelineExecutionArn"}),
            EnvironmentValue::Parameter(name) => {
                json!({"Std:Join": {"On": "", "Values": [{"Get": format!("Parameters.{name}")}]}})
            }
        };
        (name.clone(), value)
    });
    Value::Object(entries.collect::<Map<_, _>>())
}

/// Adds the tags to a request; without any the key is left out.
pub(super) fn add_tags(request: &mut Value, tags: &BTreeMap<String, String>) {
    if !tags.is_empty() {
        request["Tags"] = tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
    }
}

/// Writes the VPC of a job.
pub(super) fn vpc(vpc: &PlannedVpc) -> Value {
    json!({"SecurityGroupIds": vpc.security_group_ids, "Subnets": vpc.subnets})
}
