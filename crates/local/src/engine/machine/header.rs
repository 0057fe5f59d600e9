//! What is fixed when an execution starts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::CacheHit;
use crate::engine::{ParameterValue, SelectiveExecutionConfig};

/// The unchanging part of an execution; written to its folder before anything else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Format of this record and of the journal beside it.
    pub format: u32,
    /// The last segment of the ARN: 12 lower-case letters and digits.
    pub id: String,
    /// The execution's ARN.
    pub arn: String,
    /// The pipeline's name, spelled as at its creation.
    pub pipeline_name: String,
    /// The pipeline's ARN.
    pub pipeline_arn: String,
    /// When that pipeline resource was created: a pipeline deleted and created again is another one.
    pub pipeline_created_at: Timestamp,
    /// The version that is run.
    pub pipeline_version: u64,
    /// The role that runs it.
    pub role_arn: String,
    /// The SHA-256 of the definition's text, by which it is stored.
    pub definition: String,
    /// `us-east-1`
    pub region: String,
    /// `000000000000`
    pub account_id: String,
    /// When it was started.
    pub created_at: Timestamp,
    /// As given or made up.
    pub display_name: String,
    /// As given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The parameters as given.
    #[serde(default)]
    pub given: Vec<ParameterValue>,
    /// The values of all parameters.
    #[serde(default)]
    pub parameters: BTreeMap<String, Value>,
    /// How many steps may run at once; absent means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_parallel_steps: Option<u32>,
    /// Which part of the pipeline runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selective: Option<SelectiveExecutionConfig>,
    /// For a selective execution: steps outside the selection whose results are taken from the source execution.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reused: BTreeMap<String, CacheHit>,
    /// The client's token.
    pub token: String,
}

/// The format written by this version.
pub const FORMAT: u32 = 1;
