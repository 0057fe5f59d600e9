//! `DeleteTags`: takes tags off a pipeline, a run or a job.

use serde_json::Value;

use super::{parse, text};
use crate::server::{ServiceError, Services};

pub(super) fn call(services: &Services, mut request: Value) -> Result<Value, ServiceError> {
    let arn = text(&request, "ResourceArn").to_owned();
    let keys: Vec<String> = parse(request.get_mut("TagKeys").map(Value::take).unwrap_or_default())?;
    Ok(services.engine.delete_tags(&arn, &keys)?)
}
