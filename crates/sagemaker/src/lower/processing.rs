//! A processing step: the `CreateProcessingJob` request.

use serde_json::{Value, json};

use super::common::{ENTRY_POINT, add_tags, environment};
use crate::plan::{PlannedInput, PlannedOutput, PlannedStep};

/// Writes the arguments of a processing step.
pub(super) fn arguments(step: &PlannedStep) -> Value {
    let mut request = json!({
        "RoleArn": step.role_arn,
        "ProcessingResources": {"ClusterConfig": {
            "InstanceCount": step.instance_count,
            "InstanceType": step.instance_type,
            "VolumeSizeInGB": step.volume_size_in_gb,
        }},
        "AppSpecification": {
            "ImageUri": step.image,
            "ContainerEntrypoint": ENTRY_POINT,
            "ContainerArguments": step.arguments,
        },
    });
    if !step.inputs.is_empty() {
        request["ProcessingInputs"] = step.inputs.iter().map(input).collect();
    }
    if !step.outputs.is_empty() {
        let outputs: Value = step.outputs.iter().map(output).collect();
        request["ProcessingOutputConfig"] = json!({"Outputs": outputs});
    }
    request["StoppingCondition"] = json!({"MaxRuntimeInSeconds": step.max_runtime_in_seconds});
    request["Environment"] = environment(step);
    add_tags(&mut request, &step.tags);
    request
}

fn input(input: &PlannedInput) -> Value {
    json!({
        "InputName": input.channel,
        "AppManaged": false,
        "S3Input": {
            "S3Uri": input.uri,
            "LocalPath": input.path,
            "S3DataType": "S3Prefix",
            "S3InputMode": input.mode.as_str(),
            "S3DataDistributionType": "FullyReplicated",
        },
    })
}

fn output(output: &PlannedOutput) -> Value {
    json!({
        "OutputName": output.name,
        "AppManaged": false,
        "S3Output": {
            "S3Uri": output.uri,
            "LocalPath": output.path,
            "S3UploadMode": output.mode.as_str(),
        },
    })
}
