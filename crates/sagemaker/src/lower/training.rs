//! A training step: the `CreateTrainingJob` request.

use serde_json::{Value, json};

use super::common::{ENTRY_POINT, add_tags, environment};
use crate::plan::{PlannedInput, PlannedStep};

/// Writes the arguments of a training step.
pub(super) fn arguments(step: &PlannedStep) -> Value {
    let mut request = json!({
        "RoleArn": step.role_arn,
        "AlgorithmSpecification": {
            "TrainingImage": step.image,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ENTRY_POINT,
            "ContainerArguments": step.arguments,
        },
    });
    if !step.inputs.is_empty() {
        request["InputDataConfig"] = step.inputs.iter().map(channel).collect();
    }
    request["OutputDataConfig"] = json!({"S3OutputPath": step.job_output_uri});
    request["ResourceConfig"] = json!({
        "InstanceType": step.instance_type,
        "InstanceCount": step.instance_count,
        "VolumeSizeInGB": step.volume_size_in_gb,
    });
    if let Some(seconds) = step.keep_alive_period_in_seconds {
        request["ResourceConfig"]["KeepAlivePeriodInSeconds"] = json!(seconds);
    }
    request["StoppingCondition"] = json!({"MaxRuntimeInSeconds": step.max_runtime_in_seconds});
    request["Environment"] = environment(step);
    add_tags(&mut request, &step.tags);
    request
}

fn channel(input: &PlannedInput) -> Value {
    json!({
        "ChannelName": input.channel,
        "DataSource": {"S3DataSource": {
            "S3DataType": "S3Prefix",
            "S3Uri": input.uri,
            "S3DataDistributionType": "FullyReplicated",
        }},
        "InputMode": input.mode.as_str(),
    })
}
