//! Processing jobs: files in, files out, words for the end.

use aws_sdk_sagemaker::operation::describe_processing_job::DescribeProcessingJobOutput;
use aws_sdk_sagemaker::types::{PipelineExecutionStatus, ProcessingJobStatus, StepStatus};
use serde_json::{Value, json};

use crate::support::{Endpoint, definition, job_name, processing, wait_until};

async fn run(endpoint: &Endpoint, step: Value) -> (StepStatus, String) {
    let (_, steps) = endpoint.run(&definition(&[step])).await;
    let [step] = steps.as_slice() else { panic!("{steps:?}") };
    (step.step_status.clone().unwrap(), job_name(step))
}

async fn describe(endpoint: &Endpoint, job: &str) -> DescribeProcessingJobOutput {
    endpoint.sagemaker.describe_processing_job().processing_job_name(job).send().await.unwrap()
}

fn output(name: &str, mode: &str) -> Value {
    json!({"Outputs": [{"OutputName": name, "AppManaged": false, "S3Output": {
        "S3Uri": format!("s3://sagewright/{name}"),
        "LocalPath": format!("/opt/ml/processing/output/{name}"),
        "S3UploadMode": mode,
    }}]})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_finds_its_files_and_leaves_others() {
    let endpoint = Endpoint::start().await;
    endpoint.put("raw/abalone.csv", "1,2\n");
    let mut step = processing(
        "prepare",
        "cat config/processingjobconfig.json; echo; cat processing/input/data/abalone.csv; \
         mkdir processing/output/train/deep; cp processing/input/data/abalone.csv processing/output/train/deep/t.csv; \
         ln -s /etc/passwd processing/output/train/link; ln -s /etc processing/output/train/etc; \
         printf done > output/message",
    );
    step["Arguments"]["ProcessingInputs"] = json!([{"InputName": "raw", "AppManaged": false, "S3Input": {
        "S3Uri": "s3://sagewright/raw/abalone.csv",
        "LocalPath": "/opt/ml/processing/input/data",
        "S3DataType": "S3Prefix",
        "S3InputMode": "File",
    }}]);
    step["Arguments"]["ProcessingOutputConfig"] = output("train", "EndOfJob");
    let (status, job) = run(&endpoint, step).await;
    assert_eq!(status, StepStatus::Succeeded);
    let log = fs_err::read_to_string(endpoint.job(&job).join("log")).unwrap();
    assert!(log.contains(&format!("\"ProcessingJobName\":\"{job}\"")), "{log}");
    assert!(log.contains("\"S3DownloadMode\":\"StartOfJob\""), "{log}");
    assert!(log.contains(" 1,2"), "{log}");
    assert_eq!(endpoint.object("train/deep/t.csv").unwrap(), b"1,2\n");
    assert!(endpoint.object("train/link").is_none() && endpoint.object("train/etc/passwd").is_none());
    let described = describe(&endpoint, &job).await;
    assert_eq!(described.processing_job_status, Some(ProcessingJobStatus::Completed));
    assert_eq!(described.exit_message.as_deref(), Some("done"));
}

#[tokio::test(flavor = "multi_thread")]
async fn continuous_output_appears_while_the_job_runs() {
    let endpoint = Endpoint::start().await;
    let mut step = processing(
        "stream",
        "echo a > processing/output/live/a; read x < input/go; echo b > processing/output/live/b",
    );
    step["Arguments"]["ProcessingOutputConfig"] = output("live", "Continuous");
    step["Arguments"]["AppSpecification"]["ContainerArguments"][0] =
        json!("cd ${SAGEWRIGHT_ML_ROOT:-/opt/ml}; mkdir input; mkfifo input/go; echo ready; eval \"$*\"");
    endpoint.create("live", &definition(&[step])).await;
    let arn = endpoint.start_execution("live").await;
    let job = endpoint.only_job();
    endpoint.wait_for_line(&job, "ready");
    wait_until("the first file", || endpoint.object("live/a").is_some());
    assert!(endpoint.object("live/b").is_none());
    fs_err::write(endpoint.job(&job).join("ml/input/go"), "go\n").unwrap();
    assert_eq!(endpoint.end(&arn).await, PipelineExecutionStatus::Succeeded);
    assert_eq!(endpoint.object("live/b").unwrap(), b"b\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn outputs_are_kept_after_a_failure() {
    let endpoint = Endpoint::start().await;
    let mut step = processing("check", "echo partial > processing/output/report/p; exit 9");
    step["Arguments"]["ProcessingOutputConfig"] = output("report", "EndOfJob");
    let (status, job) = run(&endpoint, step).await;
    assert_eq!(status, StepStatus::Failed);
    assert_eq!(endpoint.object("report/p").unwrap(), b"partial\n");
    let reason = describe(&endpoint, &job).await.failure_reason;
    assert_eq!(reason.as_deref(), Some("AlgorithmError: , exit code: 9"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_outside_is_refused_when_the_job_is_created() {
    let endpoint = Endpoint::start().await;
    let mut step = processing("bad", "true");
    step["Arguments"]["ProcessingOutputConfig"] = output("x", "EndOfJob");
    step["Arguments"]["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]["LocalPath"] = json!("/home/me");
    let (status, steps) = endpoint.run(&definition(&[step])).await;
    assert_eq!(status, PipelineExecutionStatus::Failed);
    let reason = steps[0].failure_reason.as_deref().unwrap();
    assert!(reason.contains("CreateProcessingJob") && reason.contains("must lie below"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_run_stops_its_job_and_keeps_its_outputs() {
    let endpoint = Endpoint::start().await;
    let mut step = processing(
        "slow",
        "echo half > processing/output/half/h; trap 'exit 0' TERM; echo ready; while :; do :; done",
    );
    step["Arguments"]["ProcessingOutputConfig"] = output("half", "EndOfJob");
    endpoint.create("slow", &definition(&[step])).await;
    let arn = endpoint.start_execution("slow").await;
    let job = endpoint.only_job();
    endpoint.wait_for_line(&job, "ready");
    endpoint
        .sagemaker
        .stop_pipeline_execution()
        .pipeline_execution_arn(&arn)
        .client_request_token(crate::support::TOKEN)
        .send()
        .await
        .unwrap();
    assert_eq!(endpoint.end(&arn).await, PipelineExecutionStatus::Stopped);
    assert_eq!(describe(&endpoint, &job).await.processing_job_status, Some(ProcessingJobStatus::Stopped));
    assert_eq!(endpoint.object("half/h").unwrap(), b"half\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_job_can_be_stopped_by_itself() {
    let endpoint = Endpoint::start().await;
    let step = processing("slow", "echo ready; exec cat /dev/zero > /dev/null");
    endpoint.create("slow", &definition(&[step])).await;
    let arn = endpoint.start_execution("slow").await;
    let job = endpoint.only_job();
    endpoint.wait_for_line(&job, "ready");
    endpoint.sagemaker.stop_processing_job().processing_job_name(&job).send().await.unwrap();
    endpoint.end(&arn).await;
    assert_eq!(describe(&endpoint, &job).await.processing_job_status, Some(ProcessingJobStatus::Stopped));
}
