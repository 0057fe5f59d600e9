//! The awsJson1.1 protocol: the operation in a header, JSON both ways.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::request::Parts;
use sagewright_sagemaker::api;
use serde_json::{Map, Value, json};

use super::{ServiceError, Services};
use crate::{auth, clock, ops};

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
/// Errors that the API model gives a member `Message`; everything else has `message`.
const MODELLED: &[&str] =
    &["ResourceNotFound", "ConflictException", "ResourceLimitExceeded", "ResourceInUse"];

/// Answers a request whose `X-Amz-Target` is `target`.
pub(super) async fn answer(services: &Arc<Services>, target: &str, parts: &Parts, body: &[u8]) -> Response {
    let answer = match target.split_once('.') {
        Some(("SageMaker", operation)) => call(services, "sagemaker", operation, parts, body).await,
        Some(("Logs_20140328", operation)) => call(services, "logs", operation, parts, body).await,
        _ => Err(ServiceError::unknown_operation(target)),
    };
    match answer {
        Ok(value) => respond(200, &value),
        Err(error) => error_response(&error),
    }
}

/// An error in this protocol.
pub(super) fn error_response(error: &ServiceError) -> Response {
    let member = if MODELLED.contains(&error.code.as_ref()) { "Message" } else { "message" };
    let mut body = Map::new();
    body.insert("__type".to_owned(), json!(error.code));
    body.insert(member.to_owned(), json!(error.message));
    respond(error.status, &Value::Object(body))
}

async fn call(
    services: &Arc<Services>,
    service: &str,
    operation: &str,
    parts: &Parts,
    body: &[u8],
) -> Result<Value, ServiceError> {
    auth::verify(parts, body, service, &services.credentials, clock::now()).map_err(|error| {
        let (code, status) = error.json();
        ServiceError::new(code, status, error.to_string())
    })?;
    let Some(run) = ops::find(service, operation) else {
        return Err(ServiceError::unknown_operation(operation));
    };
    let request: Value = if body.iter().all(u8::is_ascii_whitespace) {
        json!({})
    } else {
        serde_json::from_slice(body)
            .map_err(|error| ServiceError::new("SerializationException", 400, error.to_string()))?
    };
    api::validate_request(operation, &request)?;
    let services = Arc::clone(services);
    let operation_name = operation.to_owned();
    // Operations read and write files.
    let response = tokio::task::spawn_blocking(move || run(&services, request))
        .await
        .map_err(|error| ServiceError::internal(&format_args!("{operation_name} panicked: {error}")))??;
    if cfg!(debug_assertions)
        && let Err(problems) = api::validate_response(operation, &response)
    {
        return Err(ServiceError::internal(&format_args!(
            "the response of {operation} is not what the API model says: {}",
            api::describe(&problems)
        )));
    }
    Ok(response)
}

fn respond(status: u16, value: &Value) -> Response {
    Response::builder()
        .status(status)
        .header("content-type", CONTENT_TYPE)
        .header("x-amzn-requestid", uuid::Uuid::new_v4().to_string())
        .body(Body::from(value.to_string()))
        .expect("every header above is plain text")
}
