resource "aws_iam_role" "sagewright_client" {
  name               = "sagewright-client"
  assume_role_policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Effect": "Allow",
        "Principal": {
          "AWS": "arn:aws:iam::123456789012:root"
        },
        "Action": "sts:AssumeRole"
      }
    ]
  })
}

resource "aws_iam_role_policy" "sagewright_client" {
  name   = "sagewright-client"
  role   = aws_iam_role.sagewright_client.id
  policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "FindPipelines",
        "Effect": "Allow",
        "Action": [
          "sagemaker:ListPipelines",
          "sts:GetCallerIdentity"
        ],
        "Resource": [
          "*"
        ]
      },
      {
        "Sid": "SubmitAndFollow",
        "Effect": "Allow",
        "Action": [
          "sagemaker:CreatePipeline",
          "sagemaker:UpdatePipeline",
          "sagemaker:DescribePipeline",
          "sagemaker:DeletePipeline",
          "sagemaker:StartPipelineExecution",
          "sagemaker:ListPipelineExecutions",
          "sagemaker:AddTags",
          "sagemaker:DeleteTags",
          "sagemaker:ListTags"
        ],
        "Resource": [
          "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/*"
        ]
      },
      {
        "Sid": "Executions",
        "Effect": "Allow",
        "Action": [
          "sagemaker:DescribePipelineExecution",
          "sagemaker:DescribePipelineDefinitionForExecution",
          "sagemaker:ListPipelineExecutionSteps",
          "sagemaker:ListPipelineParametersForExecution",
          "sagemaker:StopPipelineExecution",
          "sagemaker:RetryPipelineExecution"
        ],
        "Resource": [
          "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/*/execution/*"
        ]
      },
      {
        "Sid": "Jobs",
        "Effect": "Allow",
        "Action": [
          "sagemaker:DescribeTrainingJob",
          "sagemaker:DescribeProcessingJob"
        ],
        "Resource": [
          "arn:aws:sagemaker:eu-west-1:123456789012:training-job/pipelines-*",
          "arn:aws:sagemaker:eu-west-1:123456789012:processing-job/pipelines-*"
        ]
      },
      {
        "Sid": "PassExecutionRole",
        "Effect": "Allow",
        "Action": [
          "iam:PassRole"
        ],
        "Resource": [
          "arn:aws:iam::123456789012:role/ml/jobs"
        ],
        "Condition": {
          "StringEquals": {
            "iam:PassedToService": "sagemaker.amazonaws.com"
          }
        }
      },
      {
        "Sid": "Logs",
        "Effect": "Allow",
        "Action": [
          "logs:DescribeLogStreams",
          "logs:GetLogEvents",
          "logs:FilterLogEvents"
        ],
        "Resource": [
          "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/*"
        ]
      },
      {
        "Sid": "Artifacts",
        "Effect": "Allow",
        "Action": [
          "s3:GetObject",
          "s3:PutObject",
          "s3:AbortMultipartUpload"
        ],
        "Resource": [
          "arn:aws:s3:::acme-ml/sagewright/*"
        ]
      },
      {
        "Sid": "ArtifactBucket",
        "Effect": "Allow",
        "Action": [
          "s3:ListBucket",
          "s3:GetBucketLocation"
        ],
        "Resource": [
          "arn:aws:s3:::acme-ml"
        ]
      },
      {
        "Sid": "Preflight",
        "Effect": "Allow",
        "Action": [
          "iam:GetRole",
          "iam:SimulatePrincipalPolicy"
        ],
        "Resource": [
          "arn:aws:iam::123456789012:role/ml/jobs"
        ]
      },
      {
        "Sid": "Quotas",
        "Effect": "Allow",
        "Action": [
          "servicequotas:ListServiceQuotas"
        ],
        "Resource": [
          "*"
        ]
      },
      {
        "Sid": "Schedules",
        "Effect": "Allow",
        "Action": [
          "scheduler:GetSchedule",
          "scheduler:CreateSchedule",
          "scheduler:UpdateSchedule",
          "scheduler:DeleteSchedule"
        ],
        "Resource": [
          "arn:aws:scheduler:eu-west-1:123456789012:schedule/*/*"
        ]
      },
      {
        "Sid": "FindSchedules",
        "Effect": "Allow",
        "Action": [
          "scheduler:ListSchedules"
        ],
        "Resource": [
          "*"
        ]
      },
      {
        "Sid": "PassSchedulerRole",
        "Effect": "Allow",
        "Action": [
          "iam:PassRole"
        ],
        "Resource": [
          "arn:aws:iam::123456789012:role/ml/schedules"
        ],
        "Condition": {
          "StringEquals": {
            "iam:PassedToService": "scheduler.amazonaws.com"
          }
        }
      },
      {
        "Sid": "SignInToEcr",
        "Effect": "Allow",
        "Action": [
          "ecr:GetAuthorizationToken"
        ],
        "Resource": [
          "*"
        ]
      },
      {
        "Sid": "PushImages",
        "Effect": "Allow",
        "Action": [
          "ecr:CreateRepository",
          "ecr:DescribeRepositories",
          "ecr:DescribeImages",
          "ecr:BatchCheckLayerAvailability",
          "ecr:InitiateLayerUpload",
          "ecr:UploadLayerPart",
          "ecr:CompleteLayerUpload",
          "ecr:PutImage",
          "ecr:BatchGetImage",
          "ecr:GetDownloadUrlForLayer"
        ],
        "Resource": [
          "arn:aws:ecr:eu-west-1:123456789012:repository/steps"
        ]
      },
      {
        "Sid": "Keys",
        "Effect": "Allow",
        "Action": [
          "kms:Decrypt",
          "kms:GenerateDataKey"
        ],
        "Resource": [
          "arn:aws:kms:eu-west-1:123456789012:key/0a1b"
        ]
      }
    ]
  })
}

resource "aws_iam_role" "sagewright_execution" {
  name               = "sagewright-execution"
  assume_role_policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Effect": "Allow",
        "Principal": {
          "Service": "sagemaker.amazonaws.com"
        },
        "Action": "sts:AssumeRole"
      }
    ]
  })
}

resource "aws_iam_role_policy" "sagewright_execution" {
  name   = "sagewright-execution"
  role   = aws_iam_role.sagewright_execution.id
  policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "TrainingJobs",
        "Effect": "Allow",
        "Action": [
          "sagemaker:CreateTrainingJob",
          "sagemaker:DescribeTrainingJob",
          "sagemaker:StopTrainingJob"
        ],
        "Resource": [
          "arn:aws:sagemaker:eu-west-1:123456789012:training-job/pipelines-*"
        ]
      },
      {
        "Sid": "ProcessingJobs",
        "Effect": "Allow",
        "Action": [
          "sagemaker:CreateProcessingJob",
          "sagemaker:DescribeProcessingJob",
          "sagemaker:StopProcessingJob"
        ],
        "Resource": [
          "arn:aws:sagemaker:eu-west-1:123456789012:processing-job/pipelines-*"
        ]
      },
      {
        "Sid": "TagJobs",
        "Effect": "Allow",
        "Action": [
          "sagemaker:AddTags"
        ],
        "Resource": [
          "arn:aws:sagemaker:eu-west-1:123456789012:training-job/pipelines-*",
          "arn:aws:sagemaker:eu-west-1:123456789012:processing-job/pipelines-*"
        ]
      },
      {
        "Sid": "PassItselfToJobs",
        "Effect": "Allow",
        "Action": [
          "iam:PassRole"
        ],
        "Resource": [
          "arn:aws:iam::123456789012:role/ml/jobs"
        ],
        "Condition": {
          "StringEquals": {
            "iam:PassedToService": "sagemaker.amazonaws.com"
          }
        }
      },
      {
        "Sid": "Artifacts",
        "Effect": "Allow",
        "Action": [
          "s3:GetObject",
          "s3:PutObject",
          "s3:AbortMultipartUpload"
        ],
        "Resource": [
          "arn:aws:s3:::acme-ml/sagewright/*"
        ]
      },
      {
        "Sid": "ArtifactBucket",
        "Effect": "Allow",
        "Action": [
          "s3:ListBucket",
          "s3:GetBucketLocation"
        ],
        "Resource": [
          "arn:aws:s3:::acme-ml"
        ]
      },
      {
        "Sid": "Logs",
        "Effect": "Allow",
        "Action": [
          "logs:CreateLogGroup",
          "logs:CreateLogStream",
          "logs:PutLogEvents",
          "logs:DescribeLogStreams"
        ],
        "Resource": [
          "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/*"
        ]
      },
      {
        "Sid": "Metrics",
        "Effect": "Allow",
        "Action": [
          "cloudwatch:PutMetricData"
        ],
        "Resource": [
          "*"
        ],
        "Condition": {
          "StringLike": {
            "cloudwatch:namespace": "/aws/sagemaker/*"
          }
        }
      },
      {
        "Sid": "SignInToEcr",
        "Effect": "Allow",
        "Action": [
          "ecr:GetAuthorizationToken"
        ],
        "Resource": [
          "*"
        ]
      },
      {
        "Sid": "PullImages",
        "Effect": "Allow",
        "Action": [
          "ecr:BatchCheckLayerAvailability",
          "ecr:GetDownloadUrlForLayer",
          "ecr:BatchGetImage"
        ],
        "Resource": [
          "arn:aws:ecr:eu-west-1:123456789012:repository/steps"
        ]
      },
      {
        "Sid": "Network",
        "Effect": "Allow",
        "Action": [
          "ec2:CreateNetworkInterface",
          "ec2:CreateNetworkInterfacePermission",
          "ec2:DeleteNetworkInterface",
          "ec2:DeleteNetworkInterfacePermission",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeVpcs",
          "ec2:DescribeDhcpOptions",
          "ec2:DescribeSubnets",
          "ec2:DescribeSecurityGroups"
        ],
        "Resource": [
          "*"
        ]
      },
      {
        "Sid": "Keys",
        "Effect": "Allow",
        "Action": [
          "kms:Decrypt",
          "kms:Encrypt",
          "kms:GenerateDataKey",
          "kms:DescribeKey"
        ],
        "Resource": [
          "arn:aws:kms:eu-west-1:123456789012:key/0a1b"
        ]
      },
      {
        "Sid": "KeysOfVolumes",
        "Effect": "Allow",
        "Action": [
          "kms:CreateGrant"
        ],
        "Resource": [
          "arn:aws:kms:eu-west-1:123456789012:key/0a1b"
        ],
        "Condition": {
          "Bool": {
            "kms:GrantIsForAWSResource": "true"
          }
        }
      }
    ]
  })
}

resource "aws_iam_role" "sagewright_scheduler" {
  name               = "sagewright-scheduler"
  assume_role_policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Effect": "Allow",
        "Principal": {
          "Service": "scheduler.amazonaws.com"
        },
        "Action": "sts:AssumeRole",
        "Condition": {
          "StringEquals": {
            "aws:SourceAccount": "123456789012"
          },
          "ArnLike": {
            "aws:SourceArn": "arn:aws:scheduler:eu-west-1:123456789012:schedule-group/*"
          }
        }
      }
    ]
  })
}

resource "aws_iam_role_policy" "sagewright_scheduler" {
  name   = "sagewright-scheduler"
  role   = aws_iam_role.sagewright_scheduler.id
  policy = jsonencode({
    "Version": "2012-10-17",
    "Statement": [
      {
        "Sid": "StartPipelines",
        "Effect": "Allow",
        "Action": [
          "sagemaker:StartPipelineExecution"
        ],
        "Resource": [
          "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/*"
        ]
      }
    ]
  })
}
