//! `step.json`: one attempt at a step, from its claim to its end.

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ArtifactRecord, Cause};

/// One attempt at a step. It is written when a job claims the attempt, and again when the job ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepRecord {
    /// Version of this record, see [`VERSION`](super::VERSION).
    pub version: u64,
    /// The run that the step belongs to.
    pub run_id: String,
    /// The user's name of the pipeline.
    pub pipeline: String,
    /// The user's name of the step.
    pub step: String,
    /// Counts from 1.
    pub attempt: u32,
    /// Name of the SageMaker job that made the attempt.
    pub job_name: String,
    /// Kind of that job.
    pub job_kind: JobKind,
    /// How far the attempt is.
    pub state: StepState,
    /// When the supervisor started.
    #[serde(with = "super::time")]
    pub started_at: Timestamp,
    /// When the supervisor was done, outputs included.
    #[serde(with = "super::time::optional", default)]
    pub ended_at: Option<Timestamp>,
    /// What the time was spent on. Phases may overlap.
    #[serde(default)]
    pub phases: Vec<PhaseRecord>,
    /// Which artifacts the step was given, by argument name. Other arguments are in `parameters`.
    #[serde(default)]
    pub inputs: IndexMap<String, InputRecord>,
    /// Values of the arguments that are not artifacts, by argument name.
    #[serde(default)]
    pub parameters: Map<String, Value>,
    /// What the step produced; empty unless it succeeded.
    #[serde(default)]
    pub outputs: Vec<ArtifactRecord>,
    /// Why the attempt failed.
    #[serde(default)]
    pub cause: Option<Cause>,
    /// Key of the end of the step's output, if it printed anything.
    #[serde(default)]
    pub log_tail: Option<String>,
}

/// The two kinds of SageMaker job that run steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are SageMaker's own")]
pub enum JobKind {
    Training,
    Processing,
}

impl JobKind {
    /// The word used in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Training => "Training",
            Self::Processing => "Processing",
        }
    }
}

/// State of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepState {
    /// A job has claimed the attempt. A job that died without a word leaves this behind: only
    /// SageMaker's own status says so.
    Running,
    /// All outputs are stored.
    Succeeded,
    /// The record's cause says why.
    Failed,
}

/// A stretch of an attempt: `fetch` (spec, code, claim), `inputs`, `run` (the user's code) or `outputs`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseRecord {
    /// Name of the phase.
    pub name: String,
    /// When it began.
    #[serde(with = "super::time")]
    pub started_at: Timestamp,
    /// When it ended.
    #[serde(with = "super::time")]
    pub ended_at: Timestamp,
}

/// Which artifacts one argument was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum InputRecord {
    /// One artifact.
    One(InputSource),
    /// A list that holds at least one artifact; other members are `null`.
    List(Vec<Option<InputSource>>),
}

/// The attempt that produced an artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputSource {
    /// Step of the same run.
    pub step: String,
    /// Name of the output.
    pub output: String,
    /// Attempt at that step.
    pub attempt: u32,
}
