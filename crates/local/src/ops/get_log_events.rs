//! `GetLogEvents`: a page of one log stream.

use serde_json::Value;

use super::parse;
use crate::server::{ServiceError, Services};

pub(super) fn call(services: &Services, request: Value) -> Result<Value, ServiceError> {
    services.logs.get_events(&parse(request)?)
}
