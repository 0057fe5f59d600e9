//! Training jobs: files in, files out, words for the end.

use aws_sdk_sagemaker::types::{PipelineExecutionStatus, SecondaryStatus, StepStatus, TrainingJobStatus};
use serde_json::{Value, json};

use crate::support::{Endpoint, definition, job_name, training, wait_until};

async fn run(endpoint: &Endpoint, step: Value) -> (StepStatus, String) {
    let (_, steps) = endpoint.run(&definition(&[step])).await;
    let [step] = steps.as_slice() else { panic!("{steps:?}") };
    (step.step_status.clone().unwrap(), job_name(step))
}

async fn describe(
    endpoint: &Endpoint,
    job: &str,
) -> aws_sdk_sagemaker::operation::describe_training_job::DescribeTrainingJobOutput {
    endpoint.sagemaker.describe_training_job().training_job_name(job).send().await.unwrap()
}

fn unpack(archive: &[u8]) -> Vec<(String, String)> {
    use std::io::Read;
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    let mut files = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        files.push((entry.path().unwrap().display().to_string(), text));
    }
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_finds_its_files_and_leaves_a_model() {
    let endpoint = Endpoint::start().await;
    endpoint.put("data/train/a.csv", "1\n");
    endpoint.put("data/train/deep/b.csv", "2\n");
    endpoint.put("data/other.csv", "3\n");
    let mut step = training(
        "fit",
        "find input -type f | sort; cat input/config/*.json; echo; \
         cat input/data/train/a.csv input/data/train/deep/b.csv > model/weights; \
         ln -s /etc/passwd model/link; mkdir model/sub; echo x > model/sub/y; \
         echo $TRAINING_JOB_NAME > output/data/name",
    );
    step["Arguments"]["HyperParameters"] = json!({"depth": "3"});
    step["Arguments"]["InputDataConfig"] = json!([{
        "ChannelName": "train",
        "ContentType": "text/csv",
        "DataSource": {"S3DataSource": {
            "S3DataType": "S3Prefix",
            "S3Uri": "s3://sagewright/data/train",
            "S3DataDistributionType": "FullyReplicated",
        }},
    }]);
    let (status, job) = run(&endpoint, step).await;
    assert_eq!(status, StepStatus::Succeeded);
    let log = fs_err::read_to_string(endpoint.job(&job).join("log")).unwrap();
    for expected in [
        "input/config/hyperparameters.json",
        "input/config/inputdataconfig.json",
        "input/config/resourceconfig.json",
        "input/data/train/a.csv",
        "input/data/train/deep/b.csv",
        r#"{"depth":"3"}"#,
        r#""train":{"TrainingInputMode":"File","S3DistributionType":"FullyReplicated","RecordWrapperType":"None","ContentType":"text/csv"}"#,
        r#""current_host":"algo-1""#,
    ] {
        assert!(log.contains(expected), "{expected} in {log}");
    }
    assert!(!log.contains("other.csv"));

    let model = unpack(&endpoint.object(&format!("out/{job}/output/model.tar.gz")).unwrap());
    assert!(model.contains(&("weights".to_owned(), "1\n2\n".to_owned())), "{model:?}");
    assert!(model.contains(&("sub/y".to_owned(), "x\n".to_owned())), "{model:?}");
    // A link is a link, not what it points to.
    assert!(model.contains(&("link".to_owned(), String::new())), "{model:?}");
    let output = unpack(&endpoint.object(&format!("out/{job}/output/output.tar.gz")).unwrap());
    assert_eq!(output, [("name".to_owned(), format!("{job}\n"))]);

    let described = describe(&endpoint, &job).await;
    assert_eq!(described.training_job_status, Some(TrainingJobStatus::Completed));
    assert_eq!(described.secondary_status, Some(SecondaryStatus::Completed));
    let artifacts = described.model_artifacts.unwrap().s3_model_artifacts.unwrap();
    assert_eq!(artifacts, format!("s3://sagewright/out/{job}/output/model.tar.gz"));
    let transitions: Vec<&str> = described
        .secondary_status_transitions
        .as_ref()
        .unwrap()
        .iter()
        .map(|t| t.status().unwrap().as_str())
        .collect();
    assert_eq!(transitions, ["Starting", "Downloading", "Training", "Uploading", "Completed"]);
    assert!(described.training_start_time.is_some() && described.training_end_time.is_some());
    let data = endpoint.job(&job).join("ml");
    wait_until("the removal of the job's data", || !data.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn uncompressed_output_stays_files() {
    let endpoint = Endpoint::start().await;
    let mut step =
        training("fit", "echo w > model/weights; mkdir output/data/d; echo r > output/data/d/report");
    step["Arguments"]["OutputDataConfig"]["CompressionType"] = json!("NONE");
    let (status, job) = run(&endpoint, step).await;
    assert_eq!(status, StepStatus::Succeeded);
    assert_eq!(endpoint.object(&format!("out/{job}/output/model/weights")).unwrap(), b"w\n");
    assert_eq!(endpoint.object(&format!("out/{job}/output/data/d/report")).unwrap(), b"r\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_says_what_the_job_wrote() {
    let endpoint = Endpoint::start().await;
    let step = training("fit", "echo 'no labels' > output/failure; echo m > model/m; exit 4");
    let (status, job) = run(&endpoint, step).await;
    assert_eq!(status, StepStatus::Failed);
    let described = describe(&endpoint, &job).await;
    assert_eq!(described.training_job_status, Some(TrainingJobStatus::Failed));
    assert_eq!(described.failure_reason.as_deref(), Some("AlgorithmError: no labels, exit code: 4"));
    assert_eq!(endpoint.object(&format!("out/{job}/output/model.tar.gz")), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_entry_point_is_exit_code_127() {
    let endpoint = Endpoint::start().await;
    let mut step = training("fit", "");
    step["Arguments"]["AlgorithmSpecification"]["ContainerEntrypoint"] = json!(["/opt/program/train"]);
    let (status, job) = run(&endpoint, step).await;
    assert_eq!(status, StepStatus::Failed);
    let reason = describe(&endpoint, &job).await.failure_reason;
    assert_eq!(reason.as_deref(), Some("AlgorithmError: , exit code: 127"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_entry_point_there_is_nothing_to_run() {
    let endpoint = Endpoint::start().await;
    let mut step = training("fit", "");
    let algorithm = step["Arguments"]["AlgorithmSpecification"].as_object_mut().unwrap();
    algorithm.remove("ContainerEntrypoint");
    algorithm.remove("ContainerArguments");
    let (status, job) = run(&endpoint, step).await;
    assert_eq!(status, StepStatus::Failed);
    let reason = describe(&endpoint, &job).await.failure_reason.unwrap();
    assert!(reason.starts_with("ClientError: the request has no ContainerEntrypoint"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_data_is_the_requests_fault() {
    let endpoint = Endpoint::start().await;
    let mut step = training("fit", "true");
    step["Arguments"]["InputDataConfig"] = json!([{
        "ChannelName": "train",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://sagewright/nothing"}},
    }]);
    let (status, job) = run(&endpoint, step).await;
    assert_eq!(status, StepStatus::Failed);
    let reason = describe(&endpoint, &job).await.failure_reason.unwrap();
    assert!(reason.starts_with("ClientError: Data download failed"), "{reason}");
    assert!(reason.contains("s3://sagewright/nothing"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_over_its_time_is_stopped_and_its_model_kept() {
    let endpoint = Endpoint::start().await;
    let mut step = training("fit", "echo half > model/m; trap 'exit 0' TERM; while :; do :; done");
    step["Arguments"]["StoppingCondition"]["MaxRuntimeInSeconds"] = json!(1);
    let (_, job) = run(&endpoint, step).await;
    let described = describe(&endpoint, &job).await;
    assert_eq!(described.training_job_status, Some(TrainingJobStatus::Stopped));
    assert_eq!(described.secondary_status, Some(SecondaryStatus::MaxRuntimeExceeded));
    assert!(endpoint.object(&format!("out/{job}/output/model.tar.gz")).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_come_as_pipes_and_manifests_too() {
    let endpoint = Endpoint::start().await;
    endpoint.put("d/a", "one\n");
    endpoint.put("d/b", "two\n");
    endpoint.put("d/c/d", "three\n");
    endpoint.put("m.json", r#"[{"prefix": "s3://sagewright/d/"}, "b", "c/d"]"#);
    let source = |kind: &str, uri: &str| json!({"S3DataSource": {"S3DataType": kind, "S3Uri": uri}});
    let mut step = training(
        "fit",
        "cat input/data/pipe_0 input/data/pipe_1; cat input/data/chosen/b input/data/chosen/c/d; \
         ls input/data/chosen",
    );
    step["Arguments"]["InputDataConfig"] = json!([
        {"ChannelName": "pipe", "InputMode": "Pipe", "DataSource": source("S3Prefix", "s3://sagewright/d/")},
        {"ChannelName": "chosen", "DataSource": source("ManifestFile", "s3://sagewright/m.json")},
    ]);
    let (status, job) = run(&endpoint, step).await;
    assert_eq!(status, StepStatus::Succeeded);
    let log = fs_err::read_to_string(endpoint.job(&job).join("log")).unwrap();
    let lines: Vec<&str> = log.lines().filter_map(|line| Some(line.split_once(' ')?.1)).collect();
    assert_eq!(lines, ["one", "two", "three", "one", "two", "three", "two", "three", "b", "c"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn checkpoints_are_restored_and_mirrored() {
    let endpoint = Endpoint::start().await;
    endpoint.put("ckpt/epoch-1", "old");
    let mut step =
        training("fit", "cat checkpoints/epoch-1; rm checkpoints/epoch-1; echo new > checkpoints/epoch-2");
    step["Arguments"]["CheckpointConfig"] = json!({"S3Uri": "s3://sagewright/ckpt"});
    let (status, job) = run(&endpoint, step).await;
    assert_eq!(status, StepStatus::Succeeded);
    assert!(fs_err::read_to_string(endpoint.job(&job).join("log")).unwrap().contains("old"));
    assert_eq!(endpoint.object("ckpt/epoch-2").unwrap(), b"new\n");
    assert_eq!(endpoint.object("ckpt/epoch-1"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_share_the_objects() {
    let endpoint = Endpoint::start().await;
    for name in ["a", "b", "c"] {
        endpoint.put(&format!("d/{name}"), name);
    }
    let mut step = training(
        "fit",
        "host=$(sed 's/.*\"current_host\":\"\\([a-z0-9-]*\\)\".*/\\1/' input/config/resourceconfig.json); \
         echo $host: $(ls input/data/train); echo $host > model/$host",
    );
    step["Arguments"]["ResourceConfig"]["InstanceCount"] = json!(2);
    step["Arguments"]["InputDataConfig"] = json!([{
        "ChannelName": "train",
        "DataSource": {"S3DataSource": {
            "S3DataType": "S3Prefix", "S3Uri": "s3://sagewright/d/", "S3DataDistributionType": "ShardedByS3Key",
        }},
    }]);
    let (status, job) = run(&endpoint, step).await;
    assert_eq!(status, StepStatus::Succeeded);
    let model = unpack(&endpoint.object(&format!("out/{job}/output/model.tar.gz")).unwrap());
    let names: Vec<&str> = model.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["algo-1", "algo-2"]);
    let streams = endpoint
        .logs
        .describe_log_streams()
        .log_group_name("/aws/sagemaker/TrainingJobs")
        .log_stream_name_prefix(format!("{job}/"))
        .send()
        .await
        .unwrap();
    assert_eq!(streams.log_streams.unwrap().len(), 2);
    let first = fs_err::read_to_string(endpoint.job(&job).join("log")).unwrap();
    assert!(first.trim_end().ends_with("algo-1: a c"), "{first}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_runs_in_order_and_properties_flow() {
    let endpoint = Endpoint::start().await;
    let first = training("first", "echo weights > model/w");
    let mut second = training("second", "tar -xzf input/data/model/model.tar.gz -O w");
    second["Arguments"]["InputDataConfig"] = json!([{
        "ChannelName": "model",
        "DataSource": {"S3DataSource": {
            "S3DataType": "S3Prefix",
            "S3Uri": {"Get": "Steps.first.ModelArtifacts.S3ModelArtifacts"},
        }},
    }]);
    let (status, steps) = endpoint.run(&definition(&[second, first])).await;
    assert_eq!(status, PipelineExecutionStatus::Succeeded);
    let last = steps.iter().find(|step| step.step_name() == Some("second")).unwrap();
    let log = fs_err::read_to_string(endpoint.job(&job_name(last)).join("log")).unwrap();
    assert!(log.contains(" weights"), "{log}");
}
