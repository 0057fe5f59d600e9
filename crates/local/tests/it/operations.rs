//! SageMaker and STS operations through the official SDK.

use aws_sdk_sagemaker::error::ProvideErrorMetadata;
use aws_sdk_sagemaker::types::{PipelineDefinitionS3Location, PipelineStatus, SortOrder, Tag};
use serde_json::json;

use crate::support::{Endpoint, ROLE, TOKEN, credentials, definition, training};

#[tokio::test(flavor = "multi_thread")]
async fn a_definition_may_come_from_s3() {
    let endpoint = Endpoint::start().await;
    let text = definition(&[training("a", "true")]).to_string();
    endpoint.put("definitions/p.json", &text);
    let create = |name: &str, key: &str| {
        let location = PipelineDefinitionS3Location::builder().bucket("sagewright").object_key(key).build();
        endpoint
            .sagemaker
            .create_pipeline()
            .pipeline_name(name)
            .pipeline_definition_s3_location(location)
            .role_arn(ROLE)
            .client_request_token(uuid::Uuid::new_v4().to_string())
            .send()
    };
    create("stored", "definitions/p.json").await.unwrap();
    let described = endpoint.sagemaker.describe_pipeline().pipeline_name("stored").send().await.unwrap();
    assert_eq!(described.pipeline_definition.as_deref(), Some(text.as_str()));
    assert_eq!(described.pipeline_status, Some(PipelineStatus::Active));
    let error = create("missing", "definitions/none.json").await.unwrap_err();
    assert_eq!(error.code(), Some("ValidationException"));
    assert!(error.message().unwrap().contains("s3://sagewright/definitions/none.json"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_have_the_services_names() {
    let endpoint = Endpoint::start().await;
    let error = endpoint.sagemaker.describe_pipeline().pipeline_name("none").send().await.unwrap_err();
    assert!(error.as_service_error().unwrap().is_resource_not_found(), "{error:?}");
    assert!(error.message().unwrap().contains("none"), "{error:?}");

    let step = training("a", "true");
    endpoint.create("p", &definition(std::slice::from_ref(&step))).await;
    let again = endpoint
        .sagemaker
        .create_pipeline()
        .pipeline_name("p")
        .pipeline_definition(definition(&[step]).to_string())
        .role_arn(ROLE)
        .client_request_token(TOKEN)
        .send()
        .await
        .unwrap_err();
    assert_eq!(again.code(), Some("ValidationException"));

    let mut wrong = training("a", "true");
    wrong["Arguments"]["ModelPackageName"] = json!("x");
    let error = endpoint
        .sagemaker
        .create_pipeline()
        .pipeline_name("q")
        .pipeline_definition(definition(&[wrong]).to_string())
        .role_arn(ROLE)
        .client_request_token(TOKEN)
        .send()
        .await
        .unwrap_err();
    assert!(error.message().unwrap().contains("ModelPackageName"), "{error:?}");

    let error = endpoint.sagemaker.list_pipelines().max_results(101).send().await.unwrap_err();
    assert_eq!(error.code(), Some("ValidationException"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pipelines_are_listed_page_by_page() {
    let endpoint = Endpoint::start().await;
    for n in 0..5 {
        endpoint.create(&format!("p{n}"), &definition(&[training("a", "true")])).await;
    }
    let mut pages = endpoint
        .sagemaker
        .list_pipelines()
        .pipeline_name_prefix("p")
        .sort_by(aws_sdk_sagemaker::types::SortPipelinesBy::Name)
        .sort_order(SortOrder::Descending)
        .max_results(2)
        .into_paginator()
        .send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        let summaries = page.unwrap().pipeline_summaries.unwrap();
        assert!(summaries.len() <= 2);
        names.extend(summaries.into_iter().map(|summary| summary.pipeline_name.unwrap()));
    }
    assert_eq!(names, ["p4", "p3", "p2", "p1", "p0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_is_updated_tagged_and_deleted() {
    let endpoint = Endpoint::start().await;
    let arn = endpoint.create("p", &definition(&[training("a", "true")])).await;
    let tag = Tag::builder().key("team").value("ml").build();
    endpoint.sagemaker.add_tags().resource_arn(&arn).tags(tag).send().await.unwrap();
    let tags = endpoint.sagemaker.list_tags().resource_arn(&arn).send().await.unwrap().tags.unwrap();
    assert_eq!((tags.len(), tags[0].key()), (1, Some("team")));
    endpoint.sagemaker.delete_tags().resource_arn(&arn).tag_keys("team").send().await.unwrap();
    let tags = endpoint.sagemaker.list_tags().resource_arn(&arn).send().await.unwrap().tags.unwrap();
    assert!(tags.is_empty());

    let other = definition(&[training("b", "true")]).to_string();
    endpoint.sagemaker.update_pipeline().pipeline_name("p").pipeline_definition(&other).send().await.unwrap();
    let described = endpoint.sagemaker.describe_pipeline().pipeline_name(&arn).send().await.unwrap();
    assert_eq!(described.pipeline_definition, Some(other));
    let delete = endpoint.sagemaker.delete_pipeline().pipeline_name("p").client_request_token(TOKEN);
    delete.send().await.unwrap();
    assert!(endpoint.sagemaker.describe_pipeline().pipeline_name("p").send().await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_listed() {
    let endpoint = Endpoint::start().await;
    endpoint.run(&definition(&[training("a", "true"), training("b", "exit 1")])).await;
    let failed = endpoint
        .sagemaker
        .list_training_jobs()
        .status_equals(aws_sdk_sagemaker::types::TrainingJobStatus::Failed)
        .send()
        .await
        .unwrap();
    let names: Vec<&str> =
        failed.training_job_summaries().iter().map(|job| job.training_job_name().unwrap()).collect();
    assert_eq!(names.len(), 1);
    assert!(names[0].contains("-b-"), "{names:?}");
    assert!(
        endpoint.sagemaker.list_processing_jobs().send().await.unwrap().processing_job_summaries().is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_run_is_retried_under_its_arn() {
    let endpoint = Endpoint::start().await;
    let flag = endpoint.state().join("flag");
    endpoint.create("p", &definition(&[training("a", &format!("test -e {}", flag.display()))])).await;
    let arn = endpoint.start_execution("p").await;
    endpoint.end(&arn).await;
    fs_err::write(flag, "").unwrap();
    let retried = endpoint
        .sagemaker
        .retry_pipeline_execution()
        .pipeline_execution_arn(&arn)
        .client_request_token(TOKEN)
        .send()
        .await
        .unwrap();
    assert_eq!(retried.pipeline_execution_arn.as_deref(), Some(arn.as_str()));
    let status = endpoint.end(&arn).await;
    assert_eq!(status, aws_sdk_sagemaker::types::PipelineExecutionStatus::Succeeded);
    assert_eq!(fs_err::read_dir(endpoint.state().join("jobs")).unwrap().count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn sts_knows_who_is_asking() {
    use aws_sdk_sts::config::{BehaviorVersion, Config, Region};
    let endpoint = Endpoint::start().await;
    let connection = endpoint.connection();
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(connection.region.clone()))
        .credentials_provider(credentials(connection))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(&connection.endpoint_url)
        .build();
    let identity = aws_sdk_sts::Client::from_conf(config).get_caller_identity().send().await.unwrap();
    assert_eq!(identity.account.as_deref(), Some("000000000000"));
    assert_eq!(identity.arn.as_deref(), Some("arn:aws:iam::000000000000:user/sagewright"));
}
