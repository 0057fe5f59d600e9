//! The stack that the tests plan for.

use sagewright_sagemaker::Target;
use sagewright_spec::Settings;

/// Returns a stack in AWS.
pub(crate) fn target() -> Target {
    Target {
        store_uri: "s3://acme-ml/sagewright".to_owned(),
        code: Some("c0de".repeat(16)),
        image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/sagewright:1a2b3c".to_owned(),
        role_arn: "arn:aws:iam::123456789012:role/sagewright".to_owned(),
        command_path: None,
        defaults: Settings::default(),
        account_id: "123456789012".to_owned(),
        region: "eu-west-1".to_owned(),
        pipeline_name: None,
    }
}
