//! `DescribePipelineDefinitionForExecution`: the definition a run was started with.

use serde_json::Value;

use super::text;
use crate::server::{ServiceError, Services};

#[expect(clippy::needless_pass_by_value, reason = "all operations have one signature")]
pub(super) fn call(services: &Services, request: Value) -> Result<Value, ServiceError> {
    let arn = text(&request, "PipelineExecutionArn");
    Ok(services.engine.describe_pipeline_definition_for_execution(arn)?)
}
