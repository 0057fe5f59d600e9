//! `DescribeLogStreams`: the log streams of a group, one per host of a job.

use serde_json::Value;

use super::parse;
use crate::server::{ServiceError, Services};

pub(super) fn call(services: &Services, request: Value) -> Result<Value, ServiceError> {
    services.logs.describe_streams(&parse(request)?)
}
