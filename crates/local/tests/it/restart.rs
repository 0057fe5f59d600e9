//! What an endpoint that ended, in whatever way, leaves to the next one.

use aws_sdk_sagemaker::types::PipelineExecutionStatus;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sagewright_local::host::Identity;

use crate::support::{Endpoint, definition, training, wait_until};

/// A step that waits for a word through a pipe in the job's working folder.
fn waiting() -> serde_json::Value {
    training("wait", "mkfifo ../go; echo ready; read word < ../go; echo $word > model/word; echo $word")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_job_is_adopted() {
    let endpoint = Endpoint::start().await;
    // The job's ML root is a mount; its folder is where both sides can meet.
    let step = training(
        "wait",
        "mkfifo code/go; echo ready; read word < code/go; echo $word > model/word; echo $word",
    );
    endpoint.create("wait", &definition(&[step])).await;
    let arn = endpoint.start_execution("wait").await;
    let job = endpoint.only_job();
    endpoint.wait_for_line(&job, "ready");
    let host = Identity::read(&endpoint.job(&job)).unwrap().unwrap();

    let endpoint = endpoint.restart().await;
    assert!(host.is_alive());
    assert!(!endpoint.handle.as_ref().unwrap().is_idle());
    fs_err::write(endpoint.job(&job).join("ml/code/go"), "adopted\n").unwrap();
    assert_eq!(endpoint.end(&arn).await, PipelineExecutionStatus::Succeeded);
    let log = fs_err::read_to_string(endpoint.job(&job).join("log")).unwrap();
    assert_eq!(log.matches("ready").count(), 1, "{log}");
    assert!(endpoint.object(&format!("out/{job}/output/model.tar.gz")).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_ended_meanwhile_is_reported() {
    let mut endpoint = Endpoint::start().await;
    let step = training("wait", "mkfifo code/go; echo ready; read word < code/go; echo $word > model/word");
    endpoint.create("wait", &definition(&[step])).await;
    let arn = endpoint.start_execution("wait").await;
    let job = endpoint.only_job();
    endpoint.wait_for_line(&job, "ready");
    endpoint.handle.take().unwrap().shutdown().await;
    fs_err::write(endpoint.job(&job).join("ml/code/go"), "alone\n").unwrap();
    let exit = endpoint.job(&job).join("exit.json");
    wait_until("exit.json", || exit.exists());
    let endpoint = endpoint.start_again().await;
    assert_eq!(endpoint.end(&arn).await, PipelineExecutionStatus::Succeeded);
    assert!(endpoint.object(&format!("out/{job}/output/model.tar.gz")).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_vanished_is_an_internal_error() {
    let mut endpoint = Endpoint::start().await;
    endpoint.create("wait", &definition(&[waiting()])).await;
    let arn = endpoint.start_execution("wait").await;
    let job = endpoint.only_job();
    endpoint.wait_for_line(&job, "ready");
    let host = Identity::read(&endpoint.job(&job)).unwrap().unwrap();
    endpoint.handle.take().unwrap().shutdown().await;
    kill(Pid::from_raw(host.pid), Signal::SIGKILL).unwrap();
    wait_until("the end of the host", || !host.is_alive());
    let entry = Identity::read_entry(&endpoint.job(&job)).unwrap().unwrap();
    assert!(entry.is_alive());
    let endpoint = endpoint.start_again().await;
    assert_eq!(endpoint.end(&arn).await, PipelineExecutionStatus::Failed);
    let described = endpoint.sagemaker.describe_training_job().training_job_name(&job).send().await.unwrap();
    let reason = described.failure_reason.unwrap();
    assert!(reason.starts_with("InternalServerError: the job's host ended"), "{reason}");
    wait_until("the end of the entry point", || !entry.is_alive());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adopted_job_can_be_stopped() {
    let endpoint = Endpoint::start().await;
    let step = training("slow", "trap 'exit 0' TERM; echo ready; while :; do :; done");
    endpoint.create("slow", &definition(&[step])).await;
    let arn = endpoint.start_execution("slow").await;
    let job = endpoint.only_job();
    endpoint.wait_for_line(&job, "ready");
    let endpoint = endpoint.restart().await;
    endpoint
        .sagemaker
        .stop_pipeline_execution()
        .pipeline_execution_arn(&arn)
        .client_request_token(crate::support::TOKEN)
        .send()
        .await
        .unwrap();
    assert_eq!(endpoint.end(&arn).await, PipelineExecutionStatus::Stopped);
}
