//! The records of a run, as they lie in the store. Field names are the contract: other programs
//! read these files, so fields may be added and never renamed.

mod artifact;
mod cause;
mod run;
mod step;
pub(crate) mod time;

pub use artifact::{ArtifactRecord, FileRecord};
pub use cause::{Cause, CauseKind};
pub use run::RunRecord;
pub use step::{InputRecord, InputSource, JobKind, PhaseRecord, StepRecord, StepState};

/// Version that this crate writes, and the only one it reads.
pub const VERSION: u64 = 1;

/// The part of every record that is looked at before the rest.
#[derive(serde::Deserialize)]
pub(crate) struct Versioned {
    pub(crate) version: u64,
}
