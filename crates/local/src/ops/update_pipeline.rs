//! `UpdatePipeline`: gives a pipeline a new definition, role or description.

use serde_json::Value;

use super::{definition, parse};
use crate::server::{ServiceError, Services};

pub(super) fn call(services: &Services, mut request: Value) -> Result<Value, ServiceError> {
    definition::inline(services, &mut request)?;
    Ok(services.engine.update_pipeline(parse(request)?)?)
}
