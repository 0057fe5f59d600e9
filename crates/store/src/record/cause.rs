//! Why an attempt failed.

use serde::{Deserialize, Serialize};

/// The named cause of a failure, with as much of the user's own place in the code as is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// What kind of failure it was.
    pub kind: CauseKind,
    /// What happened, in one line or a short paragraph.
    pub message: String,
    /// Name of the exception, such as `ValueError`.
    #[serde(default)]
    pub exception_type: Option<String>,
    /// The user's file, relative to the code's root where it lies inside.
    #[serde(default)]
    pub file: Option<String>,
    /// Line in that file, from 1.
    #[serde(default)]
    pub line: Option<u32>,
    /// Function that the line is in.
    #[serde(default)]
    pub function: Option<String>,
    /// The full traceback, as the language prints it.
    #[serde(default)]
    pub traceback: Option<String>,
    /// What the process exited with, if it exited.
    #[serde(default)]
    pub exit_code: Option<i32>,
    /// Name of the signal that ended the process (`SIGSEGV`), if one did.
    #[serde(default)]
    pub signal: Option<String>,
    /// What the user can do about it.
    #[serde(default)]
    pub hint: Option<String>,
}

impl Cause {
    /// A cause of which nothing but its kind and its message is known.
    pub fn new(kind: CauseKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            exception_type: None,
            file: None,
            line: None,
            function: None,
            traceback: None,
            exit_code: None,
            signal: None,
            hint: None,
        }
    }

    /// Adds what the user can do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The failure in one line, most useful text first: `ValueError: bad depth (run.py:12 in train)`.
    pub fn summary(&self) -> String {
        let mut text = match &self.exception_type {
            Some(name) if self.message.is_empty() => name.clone(),
            Some(name) => format!("{name}: {}", self.message),
            None => self.message.clone(),
        };
        let place = match (&self.file, self.line) {
            (Some(file), Some(line)) => Some(format!("{file}:{line}")),
            (Some(file), None) => Some(file.clone()),
            _ => None,
        };
        if let Some(place) = place {
            text.push_str(" (");
            text.push_str(&place);
            if let Some(function) = &self.function {
                text.push_str(" in ");
                text.push_str(function);
            }
            text.push(')');
        }
        text
    }
}

/// The ways in which a step can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CauseKind {
    /// The user's code raised an exception.
    UserException,
    /// The process ended by itself without a result: `sys.exit`, `os._exit`, or no result written.
    Exit,
    /// A signal ended the process, such as a segmentation fault.
    Signal,
    /// The system killed the process because memory ran out.
    OutOfMemory,
    /// The step ran longer than it may.
    Timeout,
    /// Someone stopped the run.
    Stopped,
    /// The step never got to run: spec, code, an input or the command was not there.
    Setup,
    /// An output could not be written, or an input not be read, as its type.
    Serialization,
}

impl CauseKind {
    /// The word used in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UserException => "UserException",
            Self::Exit => "Exit",
            Self::Signal => "Signal",
            Self::OutOfMemory => "OutOfMemory",
            Self::Timeout => "Timeout",
            Self::Stopped => "Stopped",
            Self::Setup => "Setup",
            Self::Serialization => "Serialization",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_the_place() {
        let mut cause = Cause::new(CauseKind::UserException, "bad depth");
        cause.exception_type = Some("ValueError".into());
        assert_eq!(cause.summary(), "ValueError: bad depth");
        cause.file = Some("run.py".into());
        cause.line = Some(12);
        cause.function = Some("train".into());
        assert_eq!(cause.summary(), "ValueError: bad depth (run.py:12 in train)");
    }
}
