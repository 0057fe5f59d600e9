//! Nothing is started twice, and what was started is found again.

use sagewright_aws::{Error, Submission, Submitted, Upsert};
use sagewright_store::Store;
use serde_json::json;
use std::collections::BTreeMap;

use crate::fake::{Answer, Fake, Request};

const TAG: &str = "sagewright:pipeline";
const ARN: &str = "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/training";
const RUN: &str = "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/training/execution/abcdefghijkl";

async fn submit(fake: &Fake) -> Result<Submitted, Error> {
    let tags =
        BTreeMap::from([(TAG.to_owned(), "training".to_owned()), ("team".to_owned(), "ml".to_owned())]);
    let submission = Submission {
        pipeline_name: "training",
        description: None,
        definition: "{}",
        role_arn: "arn:aws:iam::123456789012:role/jobs",
        tags: &tags,
        owner_tag: TAG,
        parameters: &BTreeMap::new(),
        max_parallel_steps: None,
        display_name: "training-20261122-130654-0a1b2c3d",
        token: "0a1b2c3d-0000-4000-8000-000000000000",
    };
    let folder = tempfile::tempdir().unwrap();
    let store =
        Store::open(&format!("file://{}", folder.path().display()), &sagewright_store::Connection::default())
            .unwrap();
    fake.client().await.submit(&submission, &store).await
}

/// An existing pipeline of ours, and everything but the start.
fn rest(request: &Request) -> Answer {
    match request.operation.as_str() {
        "DescribePipeline" => Answer::Json(json!({
            "PipelineArn": ARN, "PipelineName": "training", "PipelineDefinition": "{}",
            "RoleArn": "arn:aws:iam::123456789012:role/jobs",
        })),
        "ListTags" => Answer::Json(json!({"Tags": [
            {"Key": TAG, "Value": "training"}, {"Key": "team", "Value": "ml"},
        ]})),
        "StartPipelineExecution" => Answer::Json(json!({"PipelineExecutionArn": RUN})),
        _ => Answer::Json(json!({})),
    }
}

#[tokio::test]
async fn a_start_whose_answer_is_lost_is_found_by_its_name_and_not_repeated() {
    let mut started = Vec::new();
    let fake = Fake::start(move |request| match request.operation.as_str() {
        "StartPipelineExecution" => {
            started.push(request.body["PipelineExecutionDisplayName"].clone());
            Answer::HangUp
        }
        "ListPipelineExecutions" => Answer::Json(json!({"PipelineExecutionSummaries":
            started.iter().map(|name| json!({
                "PipelineExecutionArn": RUN, "PipelineExecutionDisplayName": name,
            })).collect::<Vec<_>>()
        })),
        _ => rest(request),
    })
    .await;
    let submitted = submit(&fake).await.unwrap();
    assert_eq!((submitted.execution_arn.as_str(), submitted.upsert), (RUN, Upsert::Unchanged));
    assert_eq!(fake.count("StartPipelineExecution"), 1);
}

#[tokio::test]
async fn a_start_that_did_not_arrive_is_repeated_with_the_same_token() {
    let mut lost = 2;
    let fake = Fake::start(move |request| match request.operation.as_str() {
        "StartPipelineExecution" if lost > 0 => {
            lost -= 1;
            Answer::HangUp
        }
        "ListPipelineExecutions" => Answer::Json(json!({"PipelineExecutionSummaries": []})),
        _ => rest(request),
    })
    .await;
    assert_eq!(submit(&fake).await.unwrap().execution_arn, RUN);
    let tokens: Vec<_> = fake
        .bodies("StartPipelineExecution")
        .into_iter()
        .map(|body| body["ClientRequestToken"].clone())
        .collect();
    assert_eq!(tokens.len(), 3);
    assert!(tokens.iter().all(|token| token == &tokens[0]));
}

#[tokio::test]
async fn throttling_is_waited_out() {
    let mut refusals = 6;
    let fake = Fake::start(move |request| {
        if refusals > 0 {
            refusals -= 1;
            return Answer::Refused("ThrottlingException", "Rate exceeded");
        }
        rest(request)
    })
    .await;
    assert_eq!(submit(&fake).await.unwrap().execution_arn, RUN);
}

#[tokio::test]
async fn a_pipeline_of_somebody_else_is_left_alone() {
    for tags in [json!([]), json!([{"Key": TAG, "Value": "other"}])] {
        let fake = Fake::start(move |request| match request.operation.as_str() {
            "ListTags" => Answer::Json(json!({"Tags": tags})),
            _ => rest(request),
        })
        .await;
        let error = submit(&fake).await.unwrap_err();
        assert!(
            matches!(&error, Error::NameTaken { pipeline_name, .. } if pipeline_name == "training"),
            "{error}"
        );
        assert!(error.hint().unwrap().contains("rename"));
        assert_eq!(fake.count("UpdatePipeline") + fake.count("StartPipelineExecution"), 0);
    }
}

#[tokio::test]
async fn whoever_may_not_read_tags_can_still_submit() {
    let fake = Fake::start(|request| match request.operation.as_str() {
        "ListTags" => Answer::Refused("AccessDeniedException", "not authorized"),
        _ => rest(request),
    })
    .await;
    assert_eq!(submit(&fake).await.unwrap().upsert, Upsert::Unchanged);
}

#[tokio::test]
async fn tags_are_made_equal() {
    let fake = Fake::start(|request| match request.operation.as_str() {
        "ListTags" => Answer::Json(json!({"Tags": [
            {"Key": TAG, "Value": "training"}, {"Key": "team", "Value": "web"},
            {"Key": "old", "Value": "1"}, {"Key": "aws:createdBy", "Value": "x"},
        ]})),
        _ => rest(request),
    })
    .await;
    assert_eq!(submit(&fake).await.unwrap().upsert, Upsert::Updated);
    assert_eq!(fake.bodies("AddTags")[0]["Tags"], json!([{"Key": "team", "Value": "ml"}]));
    assert_eq!(fake.bodies("DeleteTags")[0]["TagKeys"], json!(["old"]));
    assert_eq!(fake.count("UpdatePipeline"), 0);
}

#[tokio::test]
async fn a_create_whose_answer_was_lost_is_no_conflict() {
    let mut created = false;
    let fake = Fake::start(move |request| match request.operation.as_str() {
        "DescribePipeline" if !created => Answer::Refused("ResourceNotFound", "no such pipeline"),
        "CreatePipeline" if !created => {
            created = true;
            Answer::HangUp
        }
        "CreatePipeline" => Answer::Refused(
            "ValidationException",
            "Pipeline names must be unique within an AWS account and region.",
        ),
        _ => rest(request),
    })
    .await;
    assert_eq!(submit(&fake).await.unwrap().upsert, Upsert::Unchanged);
    assert_eq!(fake.count("CreatePipeline"), 2);
}

#[tokio::test]
async fn the_version_that_was_made_is_the_one_that_is_started() {
    let fake = Fake::start(|request| match request.operation.as_str() {
        "DescribePipeline" => Answer::Json(json!({
            "PipelineArn": ARN, "PipelineDefinition": "{\"other\": 1}", "RoleArn": "r",
        })),
        "UpdatePipeline" => Answer::Json(json!({"PipelineArn": ARN, "PipelineVersionId": 7})),
        _ => rest(request),
    })
    .await;
    submit(&fake).await.unwrap();
    assert_eq!(fake.bodies("StartPipelineExecution")[0]["PipelineVersionId"], 7);
    assert_eq!(fake.count("DescribePipelineDefinitionForExecution"), 0);
}

#[tokio::test]
async fn a_definition_of_somebody_else_that_was_started_is_stopped_and_ones_own_is_started() {
    let mut changed = false;
    let fake = Fake::start(move |request| match request.operation.as_str() {
        // Between our look at the pipeline and our start, somebody else changes it.
        "StartPipelineExecution" if !changed => {
            changed = true;
            Answer::Json(json!({"PipelineExecutionArn": format!("{ARN}/execution/foreignforei")}))
        }
        "DescribePipelineDefinitionForExecution" => {
            let foreign = request.body["PipelineExecutionArn"].as_str().unwrap().ends_with("foreignforei");
            Answer::Json(json!({"PipelineDefinition": if foreign { "{\"other\": 1}" } else { "{}" }}))
        }
        _ => rest(request),
    })
    .await;
    assert_eq!(submit(&fake).await.unwrap().execution_arn, RUN);
    assert_eq!(
        fake.bodies("StopPipelineExecution")[0]["PipelineExecutionArn"],
        format!("{ARN}/execution/foreignforei")
    );
}
