//! What is told of jobs and of runs that ended in an unusual way.

use sagewright_aws::{Job, RunState};
use serde_json::json;

use crate::fake::{Answer, Fake};

const RUN: &str = "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/training/execution/abcdefghijkl";

#[tokio::test]
async fn a_training_job_tells_its_phases_and_its_bill() {
    let fake = Fake::start(|_| {
        Answer::Json(json!({
            "TrainingJobName": "j", "TrainingJobStatus": "Stopped", "SecondaryStatus": "MaxRuntimeExceeded",
            "BillableTimeInSeconds": 70, "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 2},
            "SecondaryStatusTransitions": [
                {"Status": "Starting", "StartTime": 0, "EndTime": 30},
                {"Status": "DownloadingTrainingImage", "StartTime": 30, "EndTime": 40},
                {"Status": "Training", "StartTime": 40, "EndTime": 100},
                {"Status": "MaxRuntimeExceeded", "StartTime": 100, "EndTime": 100},
            ],
        }))
    })
    .await;
    let job = Job { kind: "Training", name: "j".into(), arn: String::new() };
    let details = fake.client().await.details(&job).await.unwrap();
    assert!(details.is_timed_out());
    assert_eq!((details.billable_seconds, details.instance_count), (Some(70), Some(2)));
    assert_eq!(details.phases.len(), 3);
}

#[tokio::test]
async fn a_refused_job_and_a_run_with_failures_are_reported_as_what_they_are() {
    let fake = Fake::start(|request| match request.operation.as_str() {
        "ListPipelineExecutionSteps" => Answer::Json(json!({"PipelineExecutionSteps": [
            {"StepName": "train", "StepStatus": "Failed", "Metadata": {},
             "FailureReason": "ClientError: Failed to invoke sagemaker:CreateTrainingJob. Error Details: null"},
        ]})),
        _ => Answer::Json(json!({"PipelineExecutionStatus": "CompletedWithFailures"})),
    })
    .await;
    let run = fake.client().await.describe_run(RUN).await.unwrap();
    assert_eq!(run.state, RunState::CompletedWithFailures);
    assert!(run.state.is_final());
    assert!(run.steps[0].is_refused());
}
