//! `DescribePipeline`: the pipeline with its definition.

use serde_json::Value;

use super::text;
use crate::server::{ServiceError, Services};

#[expect(clippy::needless_pass_by_value, reason = "all operations have one signature")]
pub(super) fn call(services: &Services, request: Value) -> Result<Value, ServiceError> {
    let version = request.get("PipelineVersionId").and_then(Value::as_u64);
    Ok(services.engine.describe_pipeline(text(&request, "PipelineName"), version)?)
}
