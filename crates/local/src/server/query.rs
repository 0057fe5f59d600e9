//! The query protocol: a form in, XML out. Only STS speaks it here.

use axum::body::Body;
use axum::response::Response;
use http::request::Parts;

use super::{ServiceError, Services};
use crate::{auth, clock, ops};

/// Answers a request to STS.
pub(super) fn answer(services: &Services, parts: &Parts, body: &[u8]) -> Response {
    let request_id = uuid::Uuid::new_v4().to_string();
    match call(services, parts, body, &request_id) {
        Ok(xml) => respond(200, xml),
        Err(error) => {
            let kind = if error.status >= 500 { "Receiver" } else { "Sender" };
            let (code, message) = (escape(&error.code), escape(&error.message));
            let xml = format!(
                "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>{kind}</Type>\
                 <Code>{code}</Code><Message>{message}</Message></Error><RequestId>{request_id}</RequestId>\
                 </ErrorResponse>"
            );
            respond(error.status, xml)
        }
    }
}

fn call(services: &Services, parts: &Parts, body: &[u8], request_id: &str) -> Result<String, ServiceError> {
    auth::verify(parts, body, "sts", &services.credentials, clock::now()).map_err(|error| {
        let (code, status) = error.query();
        ServiceError::new(code, status, error.to_string())
    })?;
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let action = [body, query]
        .into_iter()
        .flat_map(url::form_urlencoded::parse)
        .find_map(|(key, value)| (key == "Action").then_some(value));
    match action.as_deref() {
        Some("GetCallerIdentity") => Ok(ops::get_caller_identity(request_id)),
        Some(action) => Err(ServiceError::new(
            "InvalidAction",
            400,
            format!("Could not find operation {action} for version 2011-06-15"),
        )),
        None => Err(ServiceError::new("MissingAction", 400, "the request names no Action")),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn respond(status: u16, xml: String) -> Response {
    Response::builder()
        .status(status)
        .header("content-type", "text/xml")
        .body(Body::from(xml))
        .expect("every header above is plain text")
}
