//! What whoever runs the `sagewright` command may do.

use serde_json::{Value, json};

use super::{Facts, Statement};

pub(super) fn statements(facts: &Facts) -> Vec<Statement> {
    let pipelines = facts.pipelines_arn();
    let mut statements = vec![
        Statement::new(
            "FindPipelines",
            ["sagemaker:ListPipelines", "sts:GetCallerIdentity"],
            ["*".to_owned()],
        ),
        Statement::new(
            "SubmitAndFollow",
            [
                "sagemaker:CreatePipeline",
                "sagemaker:UpdatePipeline",
                "sagemaker:DescribePipeline",
                "sagemaker:DeletePipeline",
                "sagemaker:StartPipelineExecution",
                "sagemaker:ListPipelineExecutions",
                "sagemaker:AddTags",
                "sagemaker:DeleteTags",
                "sagemaker:ListTags",
            ],
            [pipelines.clone()],
        ),
        Statement::new(
            "Executions",
            [
                "sagemaker:DescribePipelineExecution",
                "sagemaker:DescribePipelineDefinitionForExecution",
                "sagemaker:ListPipelineExecutionSteps",
                "sagemaker:ListPipelineParametersForExecution",
                "sagemaker:StopPipelineExecution",
                "sagemaker:RetryPipelineExecution",
            ],
            [format!("{pipelines}/execution/*")],
        ),
        Statement::new(
            "Jobs",
            ["sagemaker:DescribeTrainingJob", "sagemaker:DescribeProcessingJob"],
            [
                facts.arn("sagemaker", "training-job/pipelines-*"),
                facts.arn("sagemaker", "processing-job/pipelines-*"),
            ],
        ),
        Statement::new("PassExecutionRole", ["iam:PassRole"], [facts.execution_role.clone()])
            .passed_to("sagemaker.amazonaws.com"),
        Statement::new(
            "Logs",
            ["logs:DescribeLogStreams", "logs:GetLogEvents", "logs:FilterLogEvents"],
            [facts.arn("logs", "log-group:/aws/sagemaker/*")],
        ),
        Statement::new(
            "Artifacts",
            ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
            [facts.objects_arn()],
        ),
        Statement::new("ArtifactBucket", ["s3:ListBucket", "s3:GetBucketLocation"], [facts.bucket_arn()]),
        Statement::new(
            "Preflight",
            ["iam:GetRole", "iam:SimulatePrincipalPolicy"],
            [facts.execution_role.clone()],
        ),
        Statement::new("Quotas", ["servicequotas:ListServiceQuotas"], ["*".to_owned()]),
        Statement::new(
            "Schedules",
            [
                "scheduler:GetSchedule",
                "scheduler:CreateSchedule",
                "scheduler:UpdateSchedule",
                "scheduler:DeleteSchedule",
            ],
            [facts.arn("scheduler", "schedule/*/*")],
        ),
        Statement::new("FindSchedules", ["scheduler:ListSchedules"], ["*".to_owned()]),
    ];
    if let Some(role) = &facts.scheduler_role {
        statements.push(
            Statement::new("PassSchedulerRole", ["iam:PassRole"], [role.clone()])
                .passed_to("scheduler.amazonaws.com"),
        );
    }
    if !facts.repositories.is_empty() {
        statements.push(Statement::new("SignInToEcr", ["ecr:GetAuthorizationToken"], ["*".to_owned()]));
        statements.push(Statement::new(
            "PushImages",
            [
                "ecr:CreateRepository",
                "ecr:DescribeRepositories",
                "ecr:DescribeImages",
                "ecr:BatchCheckLayerAvailability",
                "ecr:InitiateLayerUpload",
                "ecr:UploadLayerPart",
                "ecr:CompleteLayerUpload",
                "ecr:PutImage",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ],
            facts.repository_arns(),
        ));
    }
    if !facts.kms_keys.is_empty() {
        statements.push(Statement::new(
            "Keys",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            facts.kms_keys.clone(),
        ));
    }
    statements
}

/// The account decides by its own policies which of its users and roles may assume it.
pub(super) fn trust(facts: &Facts) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": {"AWS": format!("arn:{}:iam::{}:root", facts.partition, facts.account_id)},
            "Action": "sts:AssumeRole",
        }],
    })
}
