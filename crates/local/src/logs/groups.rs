//! `DescribeLogGroups`: a group exists once a job of its kind has written something.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Logs;
use crate::connection::{ACCOUNT_ID, REGION};
use crate::engine::JobKind;
use crate::server::ServiceError;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeLogGroups {
    log_group_name_prefix: Option<String>,
    log_group_name_pattern: Option<String>,
}

impl Logs {
    /// `DescribeLogGroups`.
    pub(crate) fn describe_groups(&self, request: &DescribeLogGroups) -> Result<Value, ServiceError> {
        let mut groups = Vec::new();
        for kind in [JobKind::Processing, JobKind::Training] {
            let name = kind.log_group();
            let prefix = request.log_group_name_prefix.as_deref().unwrap_or_default();
            let pattern = request.log_group_name_pattern.as_deref().unwrap_or_default();
            if !name.starts_with(prefix) || !name.contains(pattern) {
                continue;
            }
            let streams = self.streams(name, "")?;
            let Some(created) = streams.iter().map(|stream| stream.created_at).min() else { continue };
            let arn = format!("arn:aws:logs:{REGION}:{ACCOUNT_ID}:log-group:{name}");
            groups.push(json!({
                "logGroupName": name,
                "creationTime": created.as_millisecond(),
                "metricFilterCount": 0,
                "arn": format!("{arn}:*"),
                "logGroupArn": arn,
                "storedBytes": 0,
            }));
        }
        Ok(json!({ "logGroups": groups }))
    }
}
