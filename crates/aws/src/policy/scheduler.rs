//! What EventBridge Scheduler may do: start pipelines, and nothing else.

use serde_json::{Value, json};

use super::{Facts, Statement};

pub(super) fn statements(facts: &Facts) -> Vec<Statement> {
    vec![Statement::new("StartPipelines", ["sagemaker:StartPipelineExecution"], [facts.pipelines_arn()])]
}

/// Only schedules of the own account may use the role.
pub(super) fn trust(facts: &Facts) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": {"Service": "scheduler.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": facts.account_id},
                "ArnLike": {"aws:SourceArn": facts.arn("scheduler", "schedule-group/*")},
            },
        }],
    })
}
