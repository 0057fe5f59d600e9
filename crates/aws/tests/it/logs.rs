//! No line of output is lost or doubled.

use sagewright_aws::{Job, LogCursor};
use serde_json::{Value, json};

use crate::fake::{Answer, Fake, Request};

fn job() -> Job {
    Job {
        kind: "Training",
        name: "pipelines-abcdefghijkl-train-0123456789".into(),
        arn: "arn:aws:sagemaker:eu-west-1:123456789012:training-job/pipelines-abcdefghijkl-train-0123456789"
            .into(),
    }
}

fn streams(names: &[&str]) -> Answer {
    let streams: Vec<Value> = names.iter().map(|name| json!({"logStreamName": name})).collect();
    Answer::Json(json!({"logStreams": streams}))
}

fn page(lines: &[(i64, &str)], next: &str) -> Answer {
    let events: Vec<Value> =
        lines.iter().map(|(at, line)| json!({"timestamp": at, "message": line})).collect();
    Answer::Json(json!({"events": events, "nextForwardToken": next}))
}

fn stream_of(request: &Request) -> &str {
    request.body["logStreamName"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn lines_of_several_hosts_are_merged_by_time() {
    let fake = Fake::start(|request| match request.operation.as_str() {
        "DescribeLogStreams" => streams(&["j/algo-1-1", "j/algo-2-1"]),
        _ if request.body["nextToken"].is_string() => page(&[], "end"),
        _ if stream_of(request) == "j/algo-1-1" => page(&[(1, "a"), (3, "c"), (3, "d")], "end"),
        _ => page(&[(2, "b"), (4, "e")], "end"),
    })
    .await;
    let client = fake.client().await;
    let mut cursor = LogCursor::default();
    let lines: Vec<_> =
        client.logs(&job(), &mut cursor).await.unwrap().into_iter().map(|it| it.message).collect();
    assert_eq!(lines, ["a", "b", "c", "d", "e"]);
    assert_eq!(client.logs(&job(), &mut cursor).await.unwrap(), []);
}

#[tokio::test]
async fn lines_read_before_an_error_come_with_the_next_call() {
    let mut refuse = true;
    let fake = Fake::start(move |request| match request.operation.as_str() {
        "DescribeLogStreams" => streams(&["j/algo-1-1", "j/algo-2-1"]),
        _ if request.body["nextToken"].is_string() => page(&[], "end"),
        _ if stream_of(request) == "j/algo-1-1" => page(&[(1, "a")], "end"),
        _ if refuse => {
            refuse = false;
            Answer::Refused("AccessDeniedException", "not now")
        }
        _ => page(&[(2, "b")], "end"),
    })
    .await;
    let client = fake.client().await;
    let mut cursor = LogCursor::default();
    assert!(client.logs(&job(), &mut cursor).await.is_err());
    let lines: Vec<_> =
        client.logs(&job(), &mut cursor).await.unwrap().into_iter().map(|it| it.message).collect();
    assert_eq!(lines, ["a", "b"]);
}

#[tokio::test]
async fn a_token_that_was_forgotten_is_replaced_by_the_time_of_the_last_line() {
    let fake = Fake::start(|request| match request.operation.as_str() {
        "DescribeLogStreams" => streams(&["j/algo-1-1"]),
        _ if request.body["nextToken"] == "second" => page(&[], "second"),
        _ if request.body["startTime"] == 2 => page(&[(2, "b"), (2, "c"), (2, "new"), (5, "last")], "second"),
        _ if request.body["nextToken"] == "first" => {
            Answer::Refused("InvalidParameterException", "token expired")
        }
        _ => page(&[(1, "a"), (2, "b"), (2, "c")], "first"),
    })
    .await;
    let client = fake.client().await;
    let mut cursor = LogCursor::default();
    let mut lines = Vec::new();
    for _ in 0..2 {
        lines.extend(client.logs(&job(), &mut cursor).await.unwrap().into_iter().map(|it| it.message));
    }
    assert_eq!(lines, ["a", "b", "c", "new", "last"]);
}
