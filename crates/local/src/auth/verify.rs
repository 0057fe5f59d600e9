//! Recomputes a request's signature with the same headers and time, and compares.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials as SigningCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use http::HeaderMap;
use http::request::Parts;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use subtle::ConstantTimeEq;

use super::{AuthError, Authorization};
use crate::connection::REGION;
use crate::credentials::Credentials;

/// How far a request's time may be from ours.
const SKEW: Duration = Duration::from_mins(15);
const DATE_FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// Checks a request of a service other than S3: its signature, its scope and its time.
pub(crate) fn verify(
    parts: &Parts,
    body: &[u8],
    service: &str,
    credentials: &Credentials,
    now: Timestamp,
) -> Result<(), AuthError> {
    let authorization = Authorization::of(&parts.headers)?;
    let time = request_time(&parts.headers)?;
    if !authorization.signed_headers.contains(&"host") {
        return Err(AuthError::Incomplete("'Host' must be a signed header.".to_owned()));
    }
    let known =
        bool::from(authorization.access_key_id.as_bytes().ct_eq(credentials.access_key_id.as_bytes()));
    // This installation hands out no session tokens, so any token is a wrong one.
    if !known || parts.headers.contains_key("x-amz-security-token") {
        return Err(AuthError::UnknownKey);
    }
    if authorization.service != service {
        return Err(AuthError::Scope(format!("correct service: '{service}'")));
    }
    if authorization.region != REGION {
        return Err(AuthError::Scope(format!("a valid region: '{REGION}'")));
    }
    check_clock(time, now)?;
    if authorization.date != time.strftime("%Y%m%d").to_string() {
        return Err(AuthError::Clock(
            "Date in Credential scope does not match the date of the request.".to_owned(),
        ));
    }
    let expected = signature(parts, body, &authorization, time, credentials)?;
    if bool::from(expected.as_bytes().ct_eq(authorization.signature.as_bytes())) {
        Ok(())
    } else {
        Err(AuthError::Mismatch)
    }
}

/// The time a request says it was signed at.
pub(crate) fn request_time(headers: &HeaderMap) -> Result<Timestamp, AuthError> {
    let date = headers.get("x-amz-date").and_then(|date| date.to_str().ok()).ok_or_else(|| {
        AuthError::Incomplete("Authorization header requires existence of an 'X-Amz-Date' header.".to_owned())
    })?;
    DateTime::strptime(DATE_FORMAT, date)
        .and_then(|time| time.to_zoned(TimeZone::UTC))
        .map(|time| time.timestamp())
        .map_err(|_| AuthError::Incomplete(format!("Date must be in ISO-8601 'basic format'. Got '{date}'.")))
}

/// Refuses requests from too far in the past or the future.
pub(crate) fn check_clock(time: Timestamp, now: Timestamp) -> Result<(), AuthError> {
    if time.duration_since(now).unsigned_abs() <= SKEW {
        return Ok(());
    }
    let (time, now) = (time.strftime(DATE_FORMAT), now.strftime(DATE_FORMAT));
    Err(AuthError::Clock(format!(
        "Signature expired or not yet current: {time} is too far from {now} (15 min.)"
    )))
}

fn signature(
    parts: &Parts,
    body: &[u8],
    authorization: &Authorization<'_>,
    time: Timestamp,
    credentials: &Credentials,
) -> Result<String, AuthError> {
    let mut headers = Vec::with_capacity(authorization.signed_headers.len());
    for name in &authorization.signed_headers {
        for value in parts.headers.get_all(*name) {
            headers.push((*name, value.to_str().map_err(|_| AuthError::Mismatch)?));
        }
    }
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let host = parts.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let uri = format!("http://{host}{path}");
    let request = SignableRequest::new(
        parts.method.as_str(),
        uri.as_str(),
        headers.into_iter(),
        SignableBody::Bytes(body),
    )
    .map_err(|_| AuthError::Mismatch)?;
    let mut settings = SigningSettings::default();
    // The client chose the headers to sign.
    settings.excluded_headers = None;
    let identity = SigningCredentials::new(
        &credentials.access_key_id,
        &credentials.secret_access_key,
        None,
        None,
        "sagewright",
    )
    .into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(authorization.region)
        .name(authorization.service)
        .time(SystemTime::from(time))
        .settings(settings)
        .build()
        .expect("every parameter of the signature is set above")
        .into();
    let (_, signature) = sign(request, &params).map_err(|_| AuthError::Mismatch)?.into_parts();
    Ok(signature)
}
