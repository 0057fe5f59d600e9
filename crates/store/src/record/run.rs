//! `run.json`: who started what, when, with which parameters, and where.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One run of a pipeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Version of this record, see [`VERSION`](super::VERSION).
    pub version: u64,
    /// Last segment of the execution's ARN.
    pub run_id: String,
    /// ARN of the SageMaker pipeline execution.
    pub execution_arn: String,
    /// The user's name of the pipeline.
    pub pipeline: String,
    /// Hash of the spec that runs.
    pub spec: String,
    /// Hash of the code archive, if the code is not part of the image.
    #[serde(default)]
    pub code: Option<String>,
    /// Values of the pipeline's parameters, typed.
    #[serde(default)]
    pub parameters: Map<String, Value>,
    /// When the run was submitted; for a run that a schedule started, when its first job began.
    #[serde(with = "super::time")]
    pub submitted_at: Timestamp,
    /// Who submitted it, if that is known.
    #[serde(default)]
    pub submitted_by: Option<String>,
    /// Name of the stack that it was submitted on, if that is known.
    #[serde(default)]
    pub stack: Option<String>,
    /// SageMaker's name of the pipeline, which has other limits than the user's.
    #[serde(default)]
    pub pipeline_name: Option<String>,
}
