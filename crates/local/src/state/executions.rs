//! The list of all executions.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Log, create_folder};
use crate::engine::Error;
use crate::engine::machine::{ExecutionStatus, Header, Machine};

/// What lists need to know of an execution, so that nothing else need be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The last segment of the ARN.
    pub id: String,
    /// The execution's ARN.
    pub arn: String,
    /// The pipeline's ARN.
    pub pipeline_arn: String,
    /// Which pipeline resource of that name.
    pub pipeline_created_at: Timestamp,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it last changed, as far as written.
    pub modified_at: Timestamp,
    /// Where it is.
    pub status: ExecutionStatus,
    /// Shown name.
    pub display_name: String,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<String>,
    /// The token it was started with.
    pub token: String,
    /// What was asked for with that token.
    pub fingerprint: String,
}

impl Summary {
    /// The summary of an execution that is about to begin.
    pub fn new(header: &Header, fingerprint: String) -> Self {
        Self {
            id: header.id.clone(),
            arn: header.arn.clone(),
            pipeline_arn: header.pipeline_arn.clone(),
            pipeline_created_at: header.pipeline_created_at,
            created_at: header.created_at,
            modified_at: header.created_at,
            status: ExecutionStatus::Executing,
            display_name: header.display_name.clone(),
            description: header.description.clone(),
            failure_reason: None,
            token: header.token.clone(),
            fingerprint,
        }
    }

    /// Takes over what changed.
    pub fn update(&mut self, machine: &Machine) {
        self.modified_at = machine.modified_at();
        self.status = machine.status();
        machine.display_name().clone_into(&mut self.display_name);
        self.description = machine.description().map(str::to_owned);
        self.failure_reason = machine.failure_reason().map(str::to_owned);
    }
}

/// All executions. The log holds a line per change worth keeping; the last line of an execution counts.
#[derive(Debug)]
pub struct Executions {
    folder: PathBuf,
    log: Log<Summary>,
    list: Vec<Summary>,
    index: HashMap<String, usize>,
}

impl Executions {
    /// Reads the list.
    pub fn open(state_dir: &Path) -> Result<Self, Error> {
        let folder = state_dir.join("executions");
        create_folder(&folder)?;
        let (log, lines) = Log::<Summary>::open(&state_dir.join("executions.log"))?;
        let mut executions = Self { folder, log, list: Vec::new(), index: HashMap::new() };
        for line in lines {
            executions.set(line);
        }
        Ok(executions)
    }

    /// The folder of one execution.
    pub fn folder(&self, id: &str) -> PathBuf {
        self.folder.join(id)
    }

    /// All executions, oldest first.
    pub fn all(&self) -> &[Summary] {
        &self.list
    }

    /// One execution.
    pub fn get(&self, id: &str) -> Option<&Summary> {
        self.index.get(id).map(|at| &self.list[*at])
    }

    /// Keeps a summary in memory only.
    pub fn set(&mut self, summary: Summary) {
        if let Some(at) = self.index.get(&summary.id) {
            self.list[*at] = summary;
        } else {
            self.index.insert(summary.id.clone(), self.list.len());
            self.list.push(summary);
        }
    }

    /// Keeps a summary on disk too. For a new execution this is the moment from which it exists.
    pub fn put(&mut self, summary: Summary) -> Result<(), Error> {
        self.log.append(&summary)?;
        self.set(summary);
        Ok(())
    }
}
