//! `StartPipelineExecution`: starts a run.

use serde_json::Value;

use super::parse;
use crate::server::{ServiceError, Services};

pub(super) fn call(services: &Services, request: Value) -> Result<Value, ServiceError> {
    Ok(services.engine.start_pipeline_execution(parse(request)?)?)
}
