//! `RetryPipelineExecution`: goes on with a run that failed or was stopped.

use serde_json::Value;

use super::parse;
use crate::server::{ServiceError, Services};

pub(super) fn call(services: &Services, request: Value) -> Result<Value, ServiceError> {
    Ok(services.engine.retry_pipeline_execution(parse(request)?)?)
}
