//! `StopPipelineExecution`: asks a run to stop.

use serde_json::Value;

use super::parse;
use crate::server::{ServiceError, Services};

pub(super) fn call(services: &Services, request: Value) -> Result<Value, ServiceError> {
    Ok(services.engine.stop_pipeline_execution(parse(request)?)?)
}
