//! `ListProcessingJobs`: summaries of the processing jobs.

use serde_json::Value;

use super::parse;
use crate::engine::JobKind;
use crate::server::{ServiceError, Services};

pub(super) fn call(services: &Services, request: Value) -> Result<Value, ServiceError> {
    Ok(services.engine.list_jobs(JobKind::Processing, &parse(request)?)?)
}
