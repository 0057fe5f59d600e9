//! `CreatePipeline`: makes a pipeline from a definition, inline or on S3.

use serde_json::Value;

use super::{definition, parse};
use crate::server::{ServiceError, Services};

pub(super) fn call(services: &Services, mut request: Value) -> Result<Value, ServiceError> {
    definition::inline(services, &mut request)?;
    Ok(services.engine.create_pipeline(parse(request)?)?)
}
