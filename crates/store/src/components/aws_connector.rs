//! The ways in which a service connector authenticates with AWS.

use super::sagemaker::KEYS;
use super::{Field, Flavor, Form, Kind};

pub(super) fn methods() -> Vec<Flavor> {
    let key_id = || Field::new("aws_access_key_id", Form::Text, "access key id");
    let key = || Field::new("aws_secret_access_key", Form::Text, "secret half of the access key").secret();
    let token = || Field::new("aws_session_token", Form::Text, "token of short-lived keys").secret();
    let profile = || Field::new("aws_profile", Form::Text, "profile of the AWS configuration files");
    [
        (
            "implicit",
            "whatever the AWS configuration of this machine gives: variables, files, container, instance",
            Vec::new(),
        ),
        ("profile", "a profile of the AWS configuration files", vec![profile().required()]),
        ("secret-key", "an access key of a user", vec![key_id().required(), key().required()]),
        (
            "session-token",
            "short-lived keys with their token",
            vec![key_id().required(), key().required(), token().required()],
        ),
        (
            "iam-role",
            "a role that is assumed with other credentials",
            vec![
                Field::new("role_arn", Form::RoleArn, "ARN of the role").required(),
                key_id(),
                key(),
                token(),
                profile(),
                Field::new("external_id", Form::Text, "external id that the role's trust policy asks for"),
                Field::new(
                    "mfa_serial",
                    Form::Text,
                    "serial number of the MFA device; its code is asked for",
                ),
                Field::new("session_name", Form::Text, "name of the session in CloudTrail"),
                Field::new("duration_seconds", Form::Integer, "how long credentials last, in seconds"),
            ],
        ),
        (
            "sso",
            "IAM Identity Center, with the login of `aws sso login`",
            vec![
                Field::new("start_url", Form::Url, "address of the access portal").required(),
                Field::new("sso_region", Form::Region, "region of the Identity Center").required(),
                Field::new("account_id", Form::Account, "account to work in").required(),
                Field::new("role_name", Form::Text, "name of the permission set").required(),
            ],
        ),
    ]
    .into_iter()
    .map(|(name, description, mut fields)| {
        let role = name == "iam-role";
        let keys = fields.iter().any(|field| field.name == "aws_access_key_id");
        fields.push(Field::new("region", Form::Region, "region that components use by default"));
        fields.push(Field::new(
            "endpoint_url",
            Form::Url,
            "address of the AWS API, where it is not Amazon's own",
        ));
        Flavor {
            kind: Kind::ServiceConnector,
            name,
            description,
            fields,
            together: if keys { KEYS } else { &[] },
            apart: if role { &[["aws_access_key_id", "aws_profile"]] } else { &[] },
        }
    })
    .collect()
}
