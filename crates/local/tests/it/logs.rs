//! CloudWatch Logs over the jobs' output, through the official SDK.

use aws_sdk_cloudwatchlogs::error::ProvideErrorMetadata;

use crate::support::{Endpoint, definition, job_name, processing, training};

const TRAINING: &str = "/aws/sagemaker/TrainingJobs";

async fn finished(endpoint: &Endpoint, script: &str) -> String {
    let (_, steps) = endpoint.run(&definition(&[training("talk", script)])).await;
    job_name(&steps[0])
}

async fn stream(endpoint: &Endpoint, job: &str) -> String {
    let found = endpoint
        .logs
        .describe_log_streams()
        .log_group_name(TRAINING)
        .log_stream_name_prefix(format!("{job}/"))
        .send()
        .await
        .unwrap();
    let [stream] = found.log_streams() else { panic!("{found:?}") };
    assert!(stream.first_event_timestamp().unwrap() <= stream.last_event_timestamp().unwrap());
    stream.log_stream_name().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_exists_before_the_first_line() {
    let endpoint = Endpoint::start().await;
    let error = endpoint.logs.describe_log_streams().log_group_name(TRAINING).send().await.unwrap_err();
    assert!(error.into_service_error().is_resource_not_found_exception());
    let silent = finished(&endpoint, "true").await;
    let error = endpoint
        .logs
        .get_log_events()
        .log_group_name(TRAINING)
        .log_stream_name(format!("{silent}/algo-1-0"))
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("ResourceNotFoundException"));
    let groups = endpoint.logs.describe_log_groups().send().await.unwrap();
    assert!(groups.log_groups().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_read_page_by_page_from_the_head() {
    let endpoint = Endpoint::start().await;
    let job = finished(&endpoint, "for n in 1 2 3 4 5; do echo line $n; done; echo; echo last >&2").await;
    let stream = stream(&endpoint, &job).await;
    assert!(stream.starts_with(&format!("{job}/algo-1-")), "{stream}");
    let mut token = None;
    let mut lines = Vec::new();
    loop {
        let page = endpoint
            .logs
            .get_log_events()
            .log_group_name(TRAINING)
            .log_stream_name(&stream)
            .start_from_head(true)
            .limit(2)
            .set_next_token(token.clone())
            .send()
            .await
            .unwrap();
        lines.extend(page.events().iter().map(|event| event.message().unwrap().to_owned()));
        if page.next_forward_token == token {
            break;
        }
        token = page.next_forward_token;
    }
    assert_eq!(lines, ["line 1", "line 2", "line 3", "line 4", "line 5", " ", "last"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_read_from_its_end_backwards() {
    let endpoint = Endpoint::start().await;
    let job = finished(&endpoint, "for n in 1 2 3 4 5; do echo $n; done").await;
    let stream = stream(&endpoint, &job).await;
    let page = async |token: Option<String>| {
        let page = endpoint
            .logs
            .get_log_events()
            .log_group_name(TRAINING)
            .log_stream_name(&stream)
            .limit(2)
            .set_next_token(token)
            .send()
            .await
            .unwrap();
        let lines: Vec<String> =
            page.events().iter().map(|event| event.message().unwrap().to_owned()).collect();
        (lines, page.next_backward_token)
    };
    let (lines, token) = page(None).await;
    assert_eq!(lines, ["4", "5"]);
    let (lines, token) = page(token).await;
    assert_eq!(lines, ["2", "3"]);
    let (lines, token) = page(token).await;
    assert_eq!(lines, ["1"]);
    let (lines, again) = page(token.clone()).await;
    assert_eq!((lines.len(), again), (0, token));
}

#[tokio::test(flavor = "multi_thread")]
async fn times_bound_what_is_read() {
    let endpoint = Endpoint::start().await;
    let job = finished(&endpoint, "echo one").await;
    let stream = stream(&endpoint, &job).await;
    let count = async |start: Option<i64>, end: Option<i64>| {
        let page = endpoint
            .logs
            .get_log_events()
            .log_group_name(TRAINING)
            .log_stream_name(&stream)
            .start_from_head(true)
            .set_start_time(start)
            .set_end_time(end)
            .send()
            .await
            .unwrap();
        page.events().len()
    };
    let all = endpoint
        .logs
        .get_log_events()
        .log_group_name(TRAINING)
        .log_stream_name(&stream)
        .send()
        .await
        .unwrap();
    let time = all.events()[0].timestamp().unwrap();
    assert_eq!(count(Some(time), Some(time + 1)).await, 1);
    assert_eq!(count(Some(time + 1), None).await, 0);
    assert_eq!(count(None, Some(time)).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_are_merged_and_filtered() {
    let endpoint = Endpoint::start().await;
    let mut second = processing("b", "echo ERROR processing");
    second["DependsOn"] = serde_json::json!(["a"]);
    let steps = [
        training("a", "echo ERROR first; echo fine"),
        second,
        training("c", "echo ERROR second; echo ERROR third ignored"),
    ];
    endpoint.run(&definition(&steps)).await;
    let mut token = None;
    let mut lines = Vec::new();
    loop {
        let page = endpoint
            .logs
            .filter_log_events()
            .log_group_name(TRAINING)
            .log_stream_name_prefix("pipelines-")
            .filter_pattern("ERROR -ignored")
            .limit(1)
            .set_next_token(token)
            .send()
            .await
            .unwrap();
        lines.extend(page.events().iter().map(|event| event.message().unwrap().to_owned()));
        token = page.next_token;
        if token.is_none() {
            break;
        }
    }
    lines.sort();
    assert_eq!(lines, ["ERROR first", "ERROR second"]);
}
