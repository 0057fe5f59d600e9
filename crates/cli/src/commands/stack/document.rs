//! A stack as YAML: its components with their configuration, without secrets.

use sagewright_store::components::Kind;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The version of the document.
pub(super) const VERSION: u64 = 1;

/// A stack as a document.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) version: u64,
    pub(super) stack: String,
    pub(super) components: BTreeMap<Kind, Part>,
    /// The service connectors that the components use.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) service_connectors: BTreeMap<String, Connector>,
}

/// A component in a document.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) flavor: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(super) configuration: Map<String, Value>,
    /// Secret fields that have a value, which is not in the document.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) secrets: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) connector: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) resource_id: Option<String>,
}

/// A service connector in a document.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Connector {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) auth_method: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(super) configuration: Map<String, Value>,
    /// Secret fields that have a value, which is not in the document.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) secrets: BTreeSet<String>,
}
