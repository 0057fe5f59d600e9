//! The kinds of records that are registered under a name and have a configuration.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A kind of component, or the service connectors that components get their credentials from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Where pipelines run.
    Orchestrator,
    /// Where artifacts, code and records go.
    ArtifactStore,
    /// Where images go.
    ContainerRegistry,
    /// What builds images.
    ImageBuilder,
    /// A way to authenticate that several components share. No part of a stack by itself.
    ServiceConnector,
}

impl Kind {
    /// The kinds that a stack is made of, the necessary ones first.
    pub const OF_STACKS: [Kind; 4] =
        [Kind::Orchestrator, Kind::ArtifactStore, Kind::ContainerRegistry, Kind::ImageBuilder];

    /// The kind's name in commands, documents and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Orchestrator => "orchestrator",
            Kind::ArtifactStore => "artifact-store",
            Kind::ContainerRegistry => "container-registry",
            Kind::ImageBuilder => "image-builder",
            Kind::ServiceConnector => "service-connector",
        }
    }

    /// The kind's name in sentences.
    pub fn noun(self) -> &'static str {
        match self {
            Kind::Orchestrator => "orchestrator",
            Kind::ArtifactStore => "artifact store",
            Kind::ContainerRegistry => "container registry",
            Kind::ImageBuilder => "image builder",
            Kind::ServiceConnector => "service connector",
        }
    }

    /// Whether a stack cannot be without it.
    pub fn is_necessary(self) -> bool {
        matches!(self, Kind::Orchestrator | Kind::ArtifactStore)
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::OF_STACKS.into_iter().chain([Kind::ServiceConnector]).find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.noun())
    }
}
