//! `ListPipelines`: summaries of the pipelines, filtered and sorted.

use serde_json::Value;

use super::parse;
use crate::server::{ServiceError, Services};

pub(super) fn call(services: &Services, request: Value) -> Result<Value, ServiceError> {
    Ok(services.engine.list_pipelines(&parse(request)?)?)
}
