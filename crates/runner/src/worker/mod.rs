//! The worker: the process that runs the user's code.

mod command;
mod exec;
mod log;
mod process;
mod verdict;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub(crate) use exec::exec;
pub(crate) use log::Tail;
pub(crate) use process::{End, Ended, run};
pub(crate) use verdict::{Limits, verdict};

use crate::error::Error;

/// What is needed to start a worker.
#[derive(Debug)]
pub(crate) struct Launch {
    /// Program and arguments, as the spec has them.
    pub(crate) command: Vec<String>,
    /// Where the worker starts; `None` for where the supervisor is.
    pub(crate) folder: Option<PathBuf>,
    /// Folders that commands are looked for in, separated by colons.
    pub(crate) path: String,
    /// Variables on top of the supervisor's own.
    pub(crate) variables: BTreeMap<String, OsString>,
    /// Where it is said that the command could not be started.
    pub(crate) error_file: PathBuf,
}

impl Launch {
    /// Finds the program.
    fn program(&self) -> Result<PathBuf, Error> {
        let program = self.command.first().expect("a step without a command was refused when it was read");
        let folder = self.folder.as_deref().unwrap_or_else(|| Path::new("."));
        command::find(program, &self.path, folder)
            .ok_or_else(|| Error::CommandNotFound { program: program.clone(), path: self.path.clone() })
    }
}
