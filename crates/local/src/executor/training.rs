//! Training jobs: what `CreateTrainingJob` asks for, and the files the job finds below `/opt/ml/input/config`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::plan::{
    Input, InputMode, Output, OutputForm, Plan, StoppingCondition, below_root, join_uri, s3_uri,
};
use crate::engine::JobOrder;
use crate::host::ML_ROOT;

/// Seconds a training job may run when its request does not say.
const DEFAULT_MAX_RUNTIME: u64 = 86_400;
const DEFAULT_CHECKPOINTS: &str = "/opt/ml/checkpoints";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    algorithm_specification: Algorithm,
    #[serde(default)]
    input_data_config: Vec<Channel>,
    output_data_config: OutputData,
    resource_config: Option<Resources>,
    stopping_condition: Option<StoppingCondition>,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    checkpoint_config: Option<Checkpoints>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Algorithm {
    training_input_mode: Option<String>,
    #[serde(default)]
    container_entrypoint: Vec<String>,
    #[serde(default)]
    container_arguments: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_field_names, reason = "the members are the API's")]
struct Channel {
    channel_name: String,
    data_source: DataSource,
    content_type: Option<String>,
    compression_type: Option<String>,
    record_wrapper_type: Option<String>,
    input_mode: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DataSource {
    s3_data_source: Option<S3DataSource>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_field_names, reason = "the members are the API's")]
struct S3DataSource {
    s3_data_type: String,
    s3_uri: String,
    s3_data_distribution_type: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OutputData {
    s3_output_path: String,
    compression_type: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_field_names, reason = "the members are the API's")]
struct Resources {
    instance_type: Option<String>,
    instance_count: Option<u32>,
    #[serde(default)]
    instance_groups: Vec<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Checkpoints {
    s3_uri: String,
    local_path: Option<String>,
}

/// Reads the request of a training job.
pub(super) fn plan(order: &JobOrder) -> Result<Plan, String> {
    let request = read(order)?;
    if request.resource_config.as_ref().is_some_and(|resources| !resources.instance_groups.is_empty()) {
        return Err("InstanceGroups are not supported by this endpoint".to_owned());
    }
    let hosts = request.resource_config.as_ref().and_then(|resources| resources.instance_count).unwrap_or(1);
    let mut inputs = Vec::new();
    for channel in &request.input_data_config {
        inputs.push(input(channel, mode_of(&request, channel))?);
    }
    let has = |wanted| request.input_data_config.iter().any(|channel| mode_of(&request, channel) == wanted);
    if has("Pipe") && has("FastFile") {
        return Err("Pipe and FastFile channels cannot be mixed in one job".to_owned());
    }
    let mut outputs = outputs(order, &request.output_data_config)?;
    let mut folders: Vec<PathBuf> =
        ["input/config", "input/data", "model", "output/data"].map(PathBuf::from).into();
    if let Some(checkpoints) = &request.checkpoint_config {
        let local = checkpoints.local_path.as_deref().unwrap_or(DEFAULT_CHECKPOINTS);
        let path = below_root(local, ML_ROOT, "CheckpointConfig.LocalPath")?;
        let uri = s3_uri(&checkpoints.s3_uri, "CheckpointConfig.S3Uri")?;
        folders.push(path.clone());
        inputs.push(Input {
            path: path.clone(),
            uri: join_uri(&uri, ""),
            is_manifest: false,
            is_sharded: false,
            mode: InputMode::File,
            may_be_empty: true,
        });
        outputs.push(Output { path, uri, form: OutputForm::Mirror, after_failure: true });
    }
    let algorithm = request.algorithm_specification;
    let command = if algorithm.container_entrypoint.is_empty() {
        Vec::new()
    } else {
        [algorithm.container_entrypoint, algorithm.container_arguments].concat()
    };
    let max_runtime = request.stopping_condition.and_then(|condition| condition.max_runtime_in_seconds);
    Ok(Plan {
        command,
        environment: request.environment,
        max_runtime_seconds: max_runtime.unwrap_or(DEFAULT_MAX_RUNTIME),
        hosts: hosts.max(1),
        inputs,
        outputs,
        folders,
    })
}

/// The files below `/opt/ml/input/config`.
pub(super) fn config_files(order: &JobOrder, host: u32, hosts: u32) -> Result<Vec<(PathBuf, Value)>, String> {
    let request = read(order)?;
    let channels: Map<String, Value> = request
        .input_data_config
        .iter()
        .map(|channel| {
            let source = channel.data_source.s3_data_source.as_ref();
            let distribution = source
                .and_then(|source| source.s3_data_distribution_type.as_deref())
                .unwrap_or("FullyReplicated");
            let mut entry = json!({
                "TrainingInputMode": mode_of(&request, channel),
                "S3DistributionType": distribution,
                "RecordWrapperType": channel.record_wrapper_type.as_deref().unwrap_or("None"),
            });
            if let Some(content_type) = &channel.content_type {
                entry["ContentType"] = json!(content_type);
            }
            (channel.channel_name.clone(), entry)
        })
        .collect();
    let hyperparameters = order.request.get("HyperParameters").cloned().unwrap_or_else(|| json!({}));
    let instance_type =
        request.resource_config.as_ref().and_then(|resources| resources.instance_type.clone());
    let names = host_names(hosts);
    let mut resources = json!({
        "current_host": format!("algo-{host}"),
        "current_instance_type": instance_type,
        "current_group_name": "homogeneousCluster",
        "hosts": names,
        // All hosts of a job are processes of one machine.
        "network_interface_name": "lo",
    });
    resources["instance_groups"] = json!([{
        "instance_group_name": "homogeneousCluster",
        "instance_type": instance_type,
        "hosts": names,
    }]);
    let folder = PathBuf::from("input/config");
    Ok(vec![
        (folder.join("hyperparameters.json"), hyperparameters),
        (folder.join("inputdataconfig.json"), Value::Object(channels)),
        (folder.join("resourceconfig.json"), resources),
    ])
}

/// `algo-1`, `algo-2`, …, sorted as texts.
pub(super) fn host_names(hosts: u32) -> Vec<String> {
    let mut names: Vec<String> = (1..=hosts).map(|host| format!("algo-{host}")).collect();
    names.sort();
    names
}

fn read(order: &JobOrder) -> Result<Request, String> {
    Request::deserialize(&order.request).map_err(|error| error.to_string())
}

fn mode_of<'a>(request: &'a Request, channel: &'a Channel) -> &'a str {
    let default = request.algorithm_specification.training_input_mode.as_deref();
    channel.input_mode.as_deref().or(default).unwrap_or("File")
}

fn input(channel: &Channel, mode: &str) -> Result<Input, String> {
    let name = &channel.channel_name;
    let Some(source) = &channel.data_source.s3_data_source else {
        return Err(format!("channel `{name}`: only S3 data sources are supported by this endpoint"));
    };
    let is_manifest = match source.s3_data_type.as_str() {
        "S3Prefix" => false,
        "ManifestFile" => true,
        other => {
            return Err(format!("channel `{name}`: S3DataType {other} is not supported by this endpoint"));
        }
    };
    let mode = match mode {
        "File" => InputMode::File,
        "FastFile" if is_manifest => {
            return Err(format!("channel `{name}`: FastFile needs an S3Prefix"));
        }
        "FastFile" => InputMode::FastFile,
        _ => InputMode::Pipe {
            gunzip: channel.compression_type.as_deref() == Some("Gzip"),
            record_io: channel.record_wrapper_type.as_deref() == Some("RecordIO"),
        },
    };
    Ok(Input {
        path: PathBuf::from("input/data").join(name),
        uri: s3_uri(&source.s3_uri, &format!("channel `{name}`: S3Uri"))?,
        is_manifest,
        is_sharded: source.s3_data_distribution_type.as_deref() == Some("ShardedByS3Key"),
        mode,
        may_be_empty: false,
    })
}

fn outputs(order: &JobOrder, output: &OutputData) -> Result<Vec<Output>, String> {
    let base = s3_uri(&output.s3_output_path, "OutputDataConfig.S3OutputPath")?;
    let folder = join_uri(&base, &format!("{}/output", order.name));
    let plain = output.compression_type.as_deref() == Some("NONE");
    let (form, model, data) = if plain {
        (OutputForm::Files, "model", "data")
    } else {
        (OutputForm::Archive, "model.tar.gz", "output.tar.gz")
    };
    let output = |path: &str, name| Output {
        path: PathBuf::from(path),
        uri: join_uri(&folder, name),
        form,
        after_failure: false,
    };
    Ok(vec![output("model", model), output("output/data", data)])
}
