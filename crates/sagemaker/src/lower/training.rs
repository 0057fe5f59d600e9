//! A training step: the `CreateTrainingJob` request.

use serde_json::{Value, json};

use super::common::{ENTRY_POINT, add_tags, environment, vpc};
use crate::plan::{PlannedInput, PlannedStep};

/// Writes the arguments of a training step.
pub(super) fn arguments(step: &PlannedStep) -> Value {
    let mut request = json!({});
    if let Some(prefix) = &step.base_job_name {
        request["TrainingJobName"] = json!(prefix);
    }
    request["RoleArn"] = json!(step.role_arn);
    request["AlgorithmSpecification"] = json!({
        "TrainingImage": step.image,
        "TrainingInputMode": "File",
        "ContainerEntrypoint": ENTRY_POINT,
        "ContainerArguments": step.arguments,
    });
    if !step.inputs.is_empty() {
        request["InputDataConfig"] = step.inputs.iter().map(channel).collect();
    }
    request["OutputDataConfig"] = json!({"S3OutputPath": step.job_output_uri});
    if let Some(key) = &step.output_kms_key {
        request["OutputDataConfig"]["KmsKeyId"] = json!(key);
    }
    request["ResourceConfig"] = json!({
        "InstanceType": step.instance_type,
        "InstanceCount": step.instance_count,
        "VolumeSizeInGB": step.volume_size_in_gb,
    });
    if let Some(seconds) = step.keep_alive_period_in_seconds {
        request["ResourceConfig"]["KeepAlivePeriodInSeconds"] = json!(seconds);
    }
    if let Some(key) = &step.volume_kms_key {
        request["ResourceConfig"]["VolumeKmsKeyId"] = json!(key);
    }
    request["StoppingCondition"] = json!({"MaxRuntimeInSeconds": step.max_runtime_in_seconds});
    if let Some(spot) = &step.spot {
        request["StoppingCondition"]["MaxWaitTimeInSeconds"] = json!(spot.max_wait_in_seconds);
        request["EnableManagedSpotTraining"] = json!(true);
    }
    if let Some(checkpoints) = &step.checkpoints {
        request["CheckpointConfig"] = json!({"S3Uri": checkpoints.uri});
        if let Some(path) = &checkpoints.local_path {
            request["CheckpointConfig"]["LocalPath"] = json!(path);
        }
    }
    if let Some(encrypt) = step.encrypt_inter_container_traffic {
        request["EnableInterContainerTrafficEncryption"] = json!(encrypt);
    }
    if let Some(place) = &step.vpc {
        request["VpcConfig"] = vpc(place);
    }
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
