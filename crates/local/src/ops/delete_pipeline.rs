//! `DeletePipeline`: removes a pipeline that has no execution under way.

use serde_json::Value;

use super::text;
use crate::server::{ServiceError, Services};

#[expect(clippy::needless_pass_by_value, reason = "all operations have one signature")]
pub(super) fn call(services: &Services, request: Value) -> Result<Value, ServiceError> {
    let (name, token) = (text(&request, "PipelineName"), text(&request, "ClientRequestToken"));
    Ok(services.engine.delete_pipeline(name, token)?)
}
