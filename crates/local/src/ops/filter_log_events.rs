//! `FilterLogEvents`: a page of several log streams, merged by time.

use serde_json::Value;

use super::parse;
use crate::server::{ServiceError, Services};

pub(super) fn call(services: &Services, request: Value) -> Result<Value, ServiceError> {
    services.logs.filter_events(&parse(request)?)
}
