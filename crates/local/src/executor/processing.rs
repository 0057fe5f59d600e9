//! Processing jobs: what `CreateProcessingJob` asks for, and the files the job finds below `/opt/ml/config`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Value, json};

use super::plan::{Input, InputMode, Output, OutputForm, Plan, StoppingCondition, below_root, s3_uri};
use super::training::host_names;
use crate::engine::JobOrder;

/// Below this every input and output of a processing job lies.
const ROOT: &str = "/opt/ml/processing";
/// Seconds a processing job may run when its request does not say.
const DEFAULT_MAX_RUNTIME: u64 = 86_400;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    app_specification: App,
    #[serde(default)]
    processing_inputs: Vec<ProcessingInput>,
    processing_output_config: Option<OutputConfig>,
    processing_resources: Resources,
    stopping_condition: Option<StoppingCondition>,
    #[serde(default)]
    environment: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct App {
    #[serde(default)]
    container_entrypoint: Vec<String>,
    #[serde(default)]
    container_arguments: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ProcessingInput {
    input_name: String,
    #[serde(default)]
    app_managed: bool,
    s3_input: Option<S3Input>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_field_names, reason = "the members are the API's")]
struct S3Input {
    s3_uri: String,
    local_path: Option<String>,
    s3_data_type: String,
    s3_input_mode: Option<String>,
    s3_data_distribution_type: Option<String>,
    s3_compression_type: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OutputConfig {
    outputs: Vec<ProcessingOutput>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ProcessingOutput {
    output_name: String,
    #[serde(default)]
    app_managed: bool,
    s3_output: Option<S3Output>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct S3Output {
    s3_uri: String,
    local_path: Option<String>,
    s3_upload_mode: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resources {
    cluster_config: Cluster,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Cluster {
    instance_count: u32,
    instance_type: Option<String>,
}

/// Reads the request of a processing job.
pub(super) fn plan(order: &JobOrder) -> Result<Plan, String> {
    let request = read(order)?;
    let mut inputs = Vec::new();
    for entry in &request.processing_inputs {
        match &entry.s3_input {
            // The program fetches it by itself.
            _ if entry.app_managed => {}
            Some(source) => inputs.push(input(&entry.input_name, source)?),
            None => {
                let name = &entry.input_name;
                return Err(format!("input `{name}`: DatasetDefinition is not supported by this endpoint"));
            }
        }
    }
    let mut outputs = Vec::new();
    for entry in request.processing_output_config.iter().flat_map(|config| &config.outputs) {
        match &entry.s3_output {
            _ if entry.app_managed => {}
            Some(target) => outputs.push(output(&entry.output_name, target)?),
            None => {
                let name = &entry.output_name;
                return Err(format!("output `{name}`: FeatureStoreOutput is not supported by this endpoint"));
            }
        }
    }
    let mut folders: Vec<PathBuf> = ["config", "output", "processing"].map(PathBuf::from).into();
    folders.extend(outputs.iter().map(|output| output.path.clone()));
    let app = request.app_specification;
    let command = if app.container_entrypoint.is_empty() {
        Vec::new()
    } else {
        [app.container_entrypoint, app.container_arguments].concat()
    };
    let max_runtime = request.stopping_condition.and_then(|condition| condition.max_runtime_in_seconds);
    Ok(Plan {
        command,
        environment: request.environment,
        max_runtime_seconds: max_runtime.unwrap_or(DEFAULT_MAX_RUNTIME),
        hosts: request.processing_resources.cluster_config.instance_count.max(1),
        inputs,
        outputs,
        folders,
    })
}

/// The files below `/opt/ml/config`.
pub(super) fn config_files(order: &JobOrder, host: u32, hosts: u32) -> Result<Vec<(PathBuf, Value)>, String> {
    let cluster = read(order)?.processing_resources.cluster_config;
    let given = |member: &str| order.request.get(member).cloned().unwrap_or(Value::Null);
    let mut inputs = given("ProcessingInputs");
    for input in inputs.as_array_mut().into_iter().flatten() {
        if let Some(source) = input.get_mut("S3Input") {
            source["S3DownloadMode"] = json!("StartOfJob");
        }
    }
    let config = json!({
        "ProcessingJobArn": order.arn,
        "ProcessingJobName": order.name,
        "AppSpecification": given("AppSpecification"),
        "Environment": given("Environment"),
        "ProcessingInputs": inputs,
        "ProcessingOutputConfig": given("ProcessingOutputConfig"),
        "ProcessingResources": given("ProcessingResources"),
        "RoleArn": given("RoleArn"),
        "StoppingCondition": given("StoppingCondition"),
    });
    let resources = json!({
        "current_host": format!("algo-{host}"),
        "current_instance_type": cluster.instance_type,
        "hosts": host_names(hosts),
        // All hosts of a job are processes of one machine.
        "network_interface_name": "lo",
    });
    let folder = PathBuf::from("config");
    Ok(vec![
        (folder.join("processingjobconfig.json"), config),
        (folder.join("resourceconfig.json"), resources),
    ])
}

fn read(order: &JobOrder) -> Result<Request, String> {
    Request::deserialize(&order.request).map_err(|error| error.to_string())
}

fn input(name: &str, source: &S3Input) -> Result<Input, String> {
    let local = source
        .local_path
        .as_deref()
        .ok_or_else(|| format!("input `{name}`: LocalPath is required unless AppManaged is true"))?;
    let is_manifest = match source.s3_data_type.as_str() {
        "S3Prefix" => false,
        "ManifestFile" => true,
        other => return Err(format!("input `{name}`: S3DataType {other} is not supported by this endpoint")),
    };
    let gunzip = source.s3_compression_type.as_deref() == Some("Gzip");
    let mode = match source.s3_input_mode.as_deref() {
        Some("Pipe") => InputMode::Pipe { gunzip, record_io: false },
        _ if gunzip => return Err(format!("input `{name}`: S3CompressionType Gzip needs S3InputMode Pipe")),
        _ => InputMode::File,
    };
    Ok(Input {
        path: below_root(local, ROOT, &format!("input `{name}`: LocalPath"))?,
        uri: s3_uri(&source.s3_uri, &format!("input `{name}`: S3Uri"))?,
        is_manifest,
        is_sharded: source.s3_data_distribution_type.as_deref() == Some("ShardedByS3Key"),
        mode,
        may_be_empty: false,
    })
}

fn output(name: &str, target: &S3Output) -> Result<Output, String> {
    let local = target
        .local_path
        .as_deref()
        .ok_or_else(|| format!("output `{name}`: LocalPath is required unless AppManaged is true"))?;
    let continuous = target.s3_upload_mode == "Continuous";
    Ok(Output {
        path: below_root(local, ROOT, &format!("output `{name}`: LocalPath"))?,
        uri: s3_uri(&target.s3_uri, &format!("output `{name}`: S3Uri"))?,
        form: if continuous { OutputForm::Continuous } else { OutputForm::Files },
        after_failure: true,
    })
}
