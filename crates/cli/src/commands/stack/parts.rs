//! The components that a stack is made of, as flags; and whether they go together.

use sagewright_store::components::{Kind, Problem};
use sagewright_store::records::Records;
use std::collections::BTreeMap;

use crate::failure::{Failure, Result};

/// One component of each kind.
#[derive(Debug, clap::Args)]
pub(crate) struct PartArgs {
    /// Where pipelines run
    #[arg(short, long, value_name = "NAME")]
    orchestrator: Option<String>,
    /// Where artifacts go
    #[arg(short, long, value_name = "NAME")]
    artifact_store: Option<String>,
    /// Where images go
    #[arg(short, long, value_name = "NAME")]
    container_registry: Option<String>,
    /// What builds images
    #[arg(short, long, value_name = "NAME")]
    image_builder: Option<String>,
}

impl PartArgs {
    /// The components that were named.
    pub(super) fn named(self) -> BTreeMap<Kind, String> {
        let parts = [
            (Kind::Orchestrator, self.orchestrator),
            (Kind::ArtifactStore, self.artifact_store),
            (Kind::ContainerRegistry, self.container_registry),
            (Kind::ImageBuilder, self.image_builder),
        ];
        parts.into_iter().filter_map(|(kind, name)| Some((kind, name?))).collect()
    }
}

/// Checks that a stack's components are there, and that they work together. Everything wrong is reported at once.
pub(super) async fn check(records: &Records, parts: &BTreeMap<Kind, String>) -> Result<()> {
    let all = records.all_components().await?;
    let mut problems = Vec::new();
    let mut flavors = BTreeMap::new();
    for (kind, name) in parts {
        if let Some(found) = all.iter().find(|it| it.kind == *kind && it.name == *name) {
            flavors.insert(*kind, found.flavor.as_str());
            continue;
        }
        let known: Vec<_> = all.iter().filter(|it| it.kind == *kind).map(|it| it.name.as_str()).collect();
        let hint = if known.is_empty() {
            format!("there are none yet: `sagewright {} register` makes one", kind.as_str())
        } else {
            format!("there are: {}", known.join(", "))
        };
        problems.push(Problem::new(format!("there is no {kind} `{name}`")).hint(hint));
    }
    for kind in Kind::OF_STACKS.into_iter().filter(|it| it.is_necessary()) {
        if !parts.contains_key(&kind) {
            let hint = format!("`--{} NAME` names one", kind.as_str());
            problems.push(Problem::new(format!("a stack cannot be without {kind}")).hint(hint));
        }
    }
    let flavor = |kind| flavors.get(&kind).copied().unwrap_or_default();
    match (flavor(Kind::Orchestrator), flavor(Kind::ArtifactStore)) {
        ("sagemaker", "local") => {
            let way =
                "`sagewright artifact-store register NAME --flavor s3 --path s3://BUCKET` makes one they can";
            let what = "jobs on SageMaker cannot reach an artifact store on this machine";
            problems.push(Problem::new(what).hint(way));
        }
        ("local", "s3") => {
            let what = "the local orchestrator works with the local artifact store only";
            problems.push(Problem::new(what).hint("name `local` as the artifact store"));
        }
        _ => {}
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::problems(problems)) }
}
