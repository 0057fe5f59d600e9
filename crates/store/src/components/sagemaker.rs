//! The flavors of orchestrators.

use super::{Field, Flavor, Form, Kind};

/// Keys are given in two halves or not at all.
pub(super) const KEYS: &[&[&str]] = &[&["aws_access_key_id", "aws_secret_access_key"]];

/// The embedded endpoint of this machine.
pub(super) fn local() -> Flavor {
    Flavor {
        kind: Kind::Orchestrator,
        name: "local",
        description: "the embedded endpoint: jobs are processes of this machine",
        fields: Vec::new(),
        together: &[],
        apart: &[],
    }
}

/// Amazon SageMaker Pipelines.
pub(super) fn sagemaker(settings: Vec<Field>) -> Flavor {
    let mut fields = vec![
        Field::new("execution_role", Form::RoleArn, "ARN of the role that pipelines and their jobs run as")
            .needed_to_run(),
        Field::new("region", Form::Region, "region to run in; by default the credentials' own"),
        Field::new("scheduler_role", Form::RoleArn, "ARN of the role that schedules start pipelines with"),
        Field::new("aws_access_key_id", Form::Text, "access key id, for keys of the orchestrator's own"),
        Field::new("aws_secret_access_key", Form::Text, "secret half of the access key").secret(),
        Field::new("aws_session_token", Form::Text, "token that comes with short-lived keys").secret(),
        Field::new("aws_profile", Form::Text, "profile of the AWS configuration files"),
        Field::new("aws_auth_role_arn", Form::RoleArn, "role to assume with whatever credentials were found"),
        Field::new("endpoint_url", Form::Url, "address of the AWS API, where it is not Amazon's own"),
        Field::new("bucket", Form::Text, "accepted as in other tools; everything goes to the artifact store"),
        Field::new(
            "synchronous",
            Form::Boolean,
            "whether commands wait for the end of a run; `true` by default",
        ),
    ];
    let known: Vec<_> = fields.iter().map(|field| field.name.clone()).collect();
    fields.extend(settings.into_iter().filter(|field| !known.contains(&field.name)));
    Flavor {
        kind: Kind::Orchestrator,
        name: "sagemaker",
        description: "Amazon SageMaker Pipelines",
        fields,
        together: KEYS,
        apart: &[["aws_access_key_id", "aws_profile"]],
    }
}
