//! `ListPipelineExecutions`: the runs of a pipeline.

use serde_json::Value;

use super::parse;
use crate::server::{ServiceError, Services};

pub(super) fn call(services: &Services, request: Value) -> Result<Value, ServiceError> {
    Ok(services.engine.list_pipeline_executions(&parse(request)?)?)
}
