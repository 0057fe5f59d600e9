//! What SageMaker and the jobs may do.

use serde_json::{Value, json};

use super::{Facts, Statement};

pub(super) fn statements(facts: &Facts) -> Vec<Statement> {
    let training = facts.arn("sagemaker", "training-job/pipelines-*");
    let processing = facts.arn("sagemaker", "processing-job/pipelines-*");
    let mut statements = vec![
        Statement::new(
            "TrainingJobs",
            ["sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"],
            [training.clone()],
        ),
        Statement::new(
            "ProcessingJobs",
            [
                "sagemaker:CreateProcessingJob",
                "sagemaker:DescribeProcessingJob",
                "sagemaker:StopProcessingJob",
            ],
            [processing.clone()],
        ),
        Statement::new("TagJobs", ["sagemaker:AddTags"], [training, processing]),
        // SageMaker starts each job as the same role that runs the pipeline, and asks for this even so.
        Statement::new("PassItselfToJobs", ["iam:PassRole"], [facts.execution_role.clone()])
            .passed_to("sagemaker.amazonaws.com"),
        Statement::new(
            "Artifacts",
            ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
            [facts.objects_arn()],
        ),
        Statement::new("ArtifactBucket", ["s3:ListBucket", "s3:GetBucketLocation"], [facts.bucket_arn()]),
        Statement::new(
            "Logs",
            ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            [facts.arn("logs", "log-group:/aws/sagemaker/*")],
        ),
        Statement::new("Metrics", ["cloudwatch:PutMetricData"], ["*".to_owned()]).when(
            "StringLike",
            "cloudwatch:namespace",
            "/aws/sagemaker/*",
        ),
    ];
    if !facts.repositories.is_empty() {
        statements.push(Statement::new("SignInToEcr", ["ecr:GetAuthorizationToken"], ["*".to_owned()]));
        statements.push(Statement::new(
            "PullImages",
            ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
            facts.repository_arns(),
        ));
    }
    if facts.vpc {
        statements.push(Statement::new(
            "Network",
            [
                "ec2:CreateNetworkInterface",
                "ec2:CreateNetworkInterfacePermission",
                "ec2:DeleteNetworkInterface",
                "ec2:DeleteNetworkInterfacePermission",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeVpcs",
                "ec2:DescribeDhcpOptions",
                "ec2:DescribeSubnets",
                "ec2:DescribeSecurityGroups",
            ],
            ["*".to_owned()],
        ));
    }
    if !facts.kms_keys.is_empty() {
        statements.push(Statement::new(
            "Keys",
            ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:DescribeKey"],
            facts.kms_keys.clone(),
        ));
        statements.push(Statement::new("KeysOfVolumes", ["kms:CreateGrant"], facts.kms_keys.clone()).when(
            "Bool",
            "kms:GrantIsForAWSResource",
            "true",
        ));
    }
    statements
}

pub(super) fn trust(_: &Facts) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }],
    })
}
