//! `exit.json`: how a job's entry point ended.

use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::EXIT_FILE;

/// Bytes set aside at the start of the job, so that a full disk cannot keep the result from being written.
const RESERVED: usize = 1024;

/// Why the entry point ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// It returned an exit code by itself.
    Exit,
    /// A signal that the host did not send ended it.
    Signal,
    /// It outlived its maximum runtime.
    Timeout,
    /// It was asked to stop.
    Stopped,
    /// It could not be started.
    Spawn,
}

/// The content of `exit.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// Exit code; 127 when the entry point was not found, 126 when it could not be executed.
    pub exit_code: Option<i32>,
    /// Number of the signal that ended the process.
    pub signal: Option<i32>,
    /// When the entry point was started.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Why it ended.
    pub cause: Cause,
    /// What went wrong in the host itself, such as a program that was not found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl Exit {
    /// Reads the `exit.json` of a job's folder; `None` when there is none yet.
    pub fn read(directory: &Path) -> std::io::Result<Option<Self>> {
        match fs::read(directory.join(EXIT_FILE)) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The code a shell would report: the exit code, or 128 plus the signal.
    pub fn code(&self) -> i32 {
        self.exit_code.or(self.signal.map(|signal| 128 + signal)).unwrap_or(1)
    }
}

/// Room on the disk that is kept for the result.
pub(crate) struct Reserved {
    file: fs::File,
    path: PathBuf,
    target: PathBuf,
}

impl Reserved {
    /// Allocates the room in a job's folder.
    pub(crate) fn new(directory: &Path) -> std::io::Result<Self> {
        let path = directory.join(format!("{EXIT_FILE}.partial"));
        let mut file = fs::File::create(&path)?;
        file.write_all(&[b' '; RESERVED])?;
        Ok(Self { file, path, target: directory.join(EXIT_FILE) })
    }

    /// Puts the result in the reserved room and gives it its name.
    pub(crate) fn write(mut self, exit: &Exit) -> std::io::Result<()> {
        let mut exit = exit.clone();
        let mut bytes = serde_json::to_vec(&exit)?;
        if bytes.len() > RESERVED {
            exit.message = exit.message.map(|message| message.chars().take(RESERVED / 8).collect());
            bytes = serde_json::to_vec(&exit)?;
        }
        bytes.resize(bytes.len().max(RESERVED), b' ');
        self.file.rewind()?;
        self.file.write_all(&bytes)?;
        fs::rename(&self.path, &self.target)
    }
}
