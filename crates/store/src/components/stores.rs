//! The flavors of artifact stores.

use super::{Field, Flavor, Form, Kind};

pub(super) fn flavors() -> [Flavor; 2] {
    [
        Flavor {
            kind: Kind::ArtifactStore,
            name: "local",
            description: "the bucket of the embedded endpoint, as plain files on this machine",
            fields: Vec::new(),
            together: &[],
            apart: &[],
        },
        Flavor {
            kind: Kind::ArtifactStore,
            name: "s3",
            description: "a bucket, or a folder in one, on Amazon S3 or anything that speaks its API",
            fields: vec![
                Field::new("path", Form::S3Uri, "where everything goes").required(),
                Field::new("region", Form::Region, "the bucket's region; by default the orchestrator's"),
                Field::new("endpoint_url", Form::Url, "address of the S3 API, where it is not Amazon's own"),
                Field::new(
                    "authentication_secret",
                    Form::Text,
                    "name of a secret with `aws_access_key_id` and `aws_secret_access_key`",
                ),
                Field::new("key", Form::Text, "access key id, for keys of the store's own").secret(),
                Field::new("secret", Form::Text, "secret half of the access key").secret(),
                Field::new("token", Form::Text, "token that comes with short-lived keys").secret(),
                Field::new(
                    "client_kwargs",
                    Form::Map,
                    "`endpoint_url` and `region_name`, as other tools write them",
                ),
            ],
            together: &[&["key", "secret"]],
            apart: &[["key", "authentication_secret"]],
        },
    ]
}
