//! `ListTags`: the tags of a pipeline, a run or a job.

use serde_json::Value;

use super::{parse, text};
use crate::server::{ServiceError, Services};

pub(super) fn call(services: &Services, request: Value) -> Result<Value, ServiceError> {
    let arn = text(&request, "ResourceArn").to_owned();
    Ok(services.engine.list_tags(&arn, &parse(request)?)?)
}
