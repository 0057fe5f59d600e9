//! `StopTrainingJob`: asks a training job to stop.

use serde_json::Value;

use super::text;
use crate::engine::JobKind;
use crate::server::{ServiceError, Services};

#[expect(clippy::needless_pass_by_value, reason = "all operations have one signature")]
pub(super) fn call(services: &Services, request: Value) -> Result<Value, ServiceError> {
    Ok(services.engine.stop_job(JobKind::Training, text(&request, "TrainingJobName"))?)
}
