//! Results that later executions may use instead of running a step.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{create_folder, read_json, write_json};
use crate::engine::Error;
use crate::engine::machine::JobRecord;

/// The newest result for one key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Result {
    /// The execution that made it.
    pub execution_arn: String,
    /// When its job ended.
    pub ended_at: Timestamp,
    /// The job.
    pub job: JobRecord,
}

/// All results. An index that can be lost: a missing entry only means that a step runs again.
#[derive(Debug)]
pub struct Results {
    folder: PathBuf,
}

impl Results {
    /// Opens the folder.
    pub fn open(state_dir: &Path) -> std::result::Result<Self, Error> {
        let folder = state_dir.join("cache");
        create_folder(&folder)?;
        Ok(Self { folder })
    }

    /// The newest result for `key`, if it is not older than `not_before`. An entry that cannot be read is none.
    pub fn find(&self, key: &str, not_before: Option<Timestamp>) -> Option<Result> {
        let found: Result = read_json(&self.path(key)).ok().flatten()?;
        not_before.is_none_or(|not_before| found.ended_at >= not_before).then_some(found)
    }

    /// Keeps a result, unless there is a newer one.
    pub fn put(&self, key: &str, job: JobRecord) -> std::result::Result<(), Error> {
        let Some(ended_at) = job.outcome.as_ref().map(|outcome| outcome.ended_at) else { return Ok(()) };
        if self.find(key, None).is_some_and(|newest| newest.ended_at >= ended_at) {
            return Ok(());
        }
        let execution_arn = job.order.execution_arn.clone();
        write_json(&self.path(key), &Result { execution_arn, ended_at, job }, false)
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.json"))
    }
}
