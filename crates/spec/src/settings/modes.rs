//! How data reaches a job and leaves it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How input data reaches a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum InputMode {
    /// Copied to the job's volume before it starts.
    File,
    /// Streamed through a pipe while the job runs.
    Pipe,
}

/// When output data leaves a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OutputMode {
    /// When the job has ended.
    EndOfJob,
    /// While the job runs.
    Continuous,
}

impl InputMode {
    /// Returns the name that SageMaker gives this mode.
    pub fn as_str(self) -> &'static str {
        match self {
            InputMode::File => "File",
            InputMode::Pipe => "Pipe",
        }
    }
}

impl OutputMode {
    /// Returns the name that SageMaker gives this mode.
    pub fn as_str(self) -> &'static str {
        match self {
            OutputMode::EndOfJob => "EndOfJob",
            OutputMode::Continuous => "Continuous",
        }
    }
}
