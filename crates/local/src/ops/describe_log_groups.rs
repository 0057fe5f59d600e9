//! `DescribeLogGroups`: the log groups of the job kinds that have written anything.

use serde_json::Value;

use super::parse;
use crate::server::{ServiceError, Services};

pub(super) fn call(services: &Services, request: Value) -> Result<Value, ServiceError> {
    services.logs.describe_groups(&parse(request)?)
}
