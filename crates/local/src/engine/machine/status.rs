//! Statuses of executions and steps.

use sagewright_sagemaker::definition::Trigger;
use serde::{Deserialize, Serialize};

/// `PipelineExecutionStatus`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExecutionStatus {
    /// Under way.
    Executing,
    /// Asked to stop.
    Stopping,
    /// Stopped.
    Stopped,
    /// A step failed.
    Failed,
    /// All steps that had to run succeeded.
    Succeeded,
    /// Steps failed, and others that were waiting for just that took over.
    CompletedWithFailures,
}

impl ExecutionStatus {
    /// The status on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Executing => "Executing",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
            Self::Failed => "Failed",
            Self::Succeeded => "Succeeded",
            Self::CompletedWithFailures => "CompletedWithFailures",
        }
    }

    /// Whether nothing more will happen by itself.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Executing | Self::Stopping)
    }
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepEnd {
    /// Well.
    Succeeded,
    /// Badly.
    Failed,
    /// Early.
    Stopped,
}

impl StepEnd {
    /// Whether a step that waits with `trigger` may start.
    pub(super) fn fires(self, trigger: Trigger) -> bool {
        match trigger {
            Trigger::Succeeded => self == Self::Succeeded,
            Trigger::Failed => self == Self::Failed,
            Trigger::Stopped => self == Self::Stopped,
            Trigger::Any => true,
        }
    }

    /// The step's status on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Stopped => "Stopped",
        }
    }
}
