//! Which service a request is for: the target header names SageMaker and Logs, the signed service name STS, and
//! everything else is S3.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::{ServiceError, Services, json, query};
use crate::auth::{self, AuthError, Authorization};
use crate::clock;

/// What S3 says of a signature that it cannot reproduce.
const WRONG_SIGNATURE: &str = "The request signature we calculated does not match the signature you provided. Check \
                               your key and signing method.";
/// Largest body of a request other than to S3: a definition of 1 MiB, escaped as a JSON text.
const MAX_BODY: usize = 8 * 1024 * 1024;

enum Service {
    Json(String),
    Sts,
    S3,
}

/// Answers any request.
pub(super) async fn route(services: &Arc<Services>, request: Request) -> Response {
    let service = service_of(request.headers());
    if let Err(error) = auth::check_origin(request.headers(), services.address) {
        return refuse(&service, &error);
    }
    match service {
        Service::S3 => s3(services, request).await,
        Service::Json(target) => match read(request).await {
            Ok((parts, body)) => json::answer(services, &target, &parts, &body).await,
            Err(error) => json::error_response(&error),
        },
        Service::Sts => match read(request).await {
            Ok((parts, body)) => query::answer(services, &parts, &body),
            Err(error) => json::error_response(&error),
        },
    }
}

fn service_of(headers: &HeaderMap) -> Service {
    if let Some(target) = headers.get("x-amz-target") {
        return Service::Json(String::from_utf8_lossy(target.as_bytes()).into_owned());
    }
    let signed_for = Authorization::of(headers).map(|authorization| authorization.service == "sts");
    let form = headers
        .get("content-type")
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    if signed_for.unwrap_or(form) { Service::Sts } else { Service::S3 }
}

fn refuse(service: &Service, error: &AuthError) -> Response {
    match service {
        Service::S3 => s3_error(error),
        Service::Json(_) | Service::Sts => {
            let (code, status) = error.json();
            json::error_response(&ServiceError::new(code, status, error.to_string()))
        }
    }
}

async fn read(request: Request) -> Result<(Parts, Vec<u8>), ServiceError> {
    let (parts, body) = request.into_parts();
    match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => Ok((parts, body.to_bytes().into())),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(ServiceError::new("RequestEntityTooLargeException", 413, "the request is too large"))
        }
        Err(error) => Err(ServiceError::new("SerializationException", 400, error.to_string())),
    }
}

async fn s3(services: &Services, request: Request) -> Response {
    // The S3 library checks the signature; the time of a signed header is ours to check.
    if request.headers().contains_key("x-amz-date") {
        let fresh =
            auth::request_time(request.headers()).and_then(|time| auth::check_clock(time, clock::now()));
        if let Err(error) = fresh {
            return s3_error(&error);
        }
    }
    match services.s3.call(request.map(s3s::Body::http_body_unsync)).await {
        Ok(response) if response.status() == StatusCode::FORBIDDEN => explain(response.map(Body::new)).await,
        Ok(response) => response.map(Body::new),
        Err(error) => {
            tracing::error!(?error, "the embedded S3 failed");
            s3_error_response("InternalError", 500, "the embedded S3 failed")
        }
    }
}

/// The S3 library gives a wrong signature no message; every client shows one.
async fn explain(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    match axum::body::to_bytes(body, MAX_BODY).await {
        Ok(body) if holds(&body, b"<Code>SignatureDoesNotMatch</Code>") && !holds(&body, b"<Message>") => {
            s3_error_response("SignatureDoesNotMatch", parts.status.as_u16(), WRONG_SIGNATURE)
        }
        Ok(body) => Response::from_parts(parts, Body::from(body)),
        Err(_) => s3_error_response("InternalError", 500, "the embedded S3 failed"),
    }
}

fn holds(body: &[u8], text: &[u8]) -> bool {
    body.windows(text.len()).any(|window| window == text)
}

fn s3_error(error: &AuthError) -> Response {
    let (code, status) = error.s3();
    s3_error_response(code, status, &error.to_string())
}

fn s3_error_response(code: &str, status: u16, message: &str) -> Response {
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    Response::builder()
        .status(status)
        .header("content-type", "application/xml")
        .body(Body::from(xml))
        .expect("every header above is plain text")
}
