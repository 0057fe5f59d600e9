//! A processing step: the `CreateProcessingJob` request.

use serde_json::{Value, json};

use super::common::{ENTRY_POINT, add_tags, environment, vpc};
use crate::plan::{PlannedInput, PlannedOutput, PlannedStep};

/// Writes the arguments of a processing step.
pub(super) fn arguments(step: &PlannedStep) -> Value {
    let mut request = json!({});
    if let Some(prefix) = &step.base_job_name {
        request["ProcessingJobName"] = json!(prefix);
    }
    request["RoleArn"] = json!(step.role_arn);
    request["ProcessingResources"] = json!({"ClusterConfig": {
        "InstanceCount": step.instance_count,
        "InstanceType": step.instance_type,
        "VolumeSizeInGB": step.volume_size_in_gb,
    }});
    if let Some(key) = &step.volume_kms_key {
        request["ProcessingResources"]["ClusterConfig"]["VolumeKmsKeyId"] = json!(key);
    }
    request["AppSpecification"] = json!({
        "ImageUri": step.image,
        "ContainerEntrypoint": ENTRY_POINT,
        "ContainerArguments": step.arguments,
    });
    if !step.inputs.is_empty() {
        request["ProcessingInputs"] = step.inputs.iter().map(input).collect();
    }
    if !step.outputs.is_empty() {
        let outputs: Value = step.outputs.iter().map(output).collect();
        request["ProcessingOutputConfig"] = json!({"Outputs": outputs});
        if let Some(key) = &step.output_kms_key {
            request["ProcessingOutputConfig"]["KmsKeyId"] = json!(key);
        }
    }
    request["StoppingCondition"] = json!({"MaxRuntimeInSeconds": step.max_runtime_in_seconds});
    request["Environment"] = environment(step);
    if let Some(encrypt) = step.encrypt_inter_container_traffic {
        request["NetworkConfig"]["EnableInterContainerTrafficEncryption"] = json!(encrypt);
    }
    if let Some(place) = &step.vpc {
        request["NetworkConfig"]["VpcConfig"] = vpc(place);
    }
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
