//! `ListPipelineParametersForExecution`: the parameters a run was started with.

use serde_json::Value;

use super::parse;
use crate::server::{ServiceError, Services};

pub(super) fn call(services: &Services, request: Value) -> Result<Value, ServiceError> {
    Ok(services.engine.list_pipeline_parameters_for_execution(&parse(request)?)?)
}
