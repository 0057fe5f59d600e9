//! The flavors of container registries and image builders.

use super::{Field, Flavor, Form, Kind};

pub(super) fn flavors() -> [Flavor; 4] {
    let flavor = |kind, name, description, fields| Flavor {
        kind,
        name,
        description,
        fields,
        together: &[],
        apart: &[],
    };
    [
        flavor(
            Kind::ContainerRegistry,
            "aws",
            "Amazon Elastic Container Registry",
            vec![
                Field::new("uri", Form::Text, "`ACCOUNT.dkr.ecr.REGION.amazonaws.com`").required(),
                Field::new("region", Form::Region, "the registry's region; by default the one in `uri`"),
            ],
        ),
        flavor(
            Kind::ContainerRegistry,
            "default",
            "any registry that speaks the distribution API",
            vec![
                Field::new("uri", Form::Text, "host, with port and path where it has them").required(),
                Field::new("username", Form::Text, "who pushes and pulls"),
                Field::new("password", Form::Text, "password or token of that user").secret(),
            ],
        ),
        flavor(Kind::ImageBuilder, "local", "builds on this machine", Vec::new()),
        flavor(
            Kind::ImageBuilder,
            "aws",
            "builds with AWS CodeBuild",
            vec![
                Field::new("code_build_project", Form::Text, "name of the CodeBuild project").required(),
                Field::new("region", Form::Region, "the project's region; by default the orchestrator's"),
            ],
        ),
    ]
}
