//! What can go wrong when the engine is asked for something.

use std::path::PathBuf;

/// An engine error; [`Error::code`] is its name on the wire.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A pipeline, execution or job that does not exist.
    #[error("{message}")]
    NotFound {
        /// The service's text.
        message: String,
    },
    /// The request is not possible in the present state.
    #[error("{message}")]
    Conflict {
        /// The service's text.
        message: String,
    },
    /// The request is wrong in itself.
    #[error("{message}")]
    Validation {
        /// The service's text.
        message: String,
    },
    /// A file of the state directory could not be read or written (a full disk, missing rights).
    #[error("could not {action} `{path}`", path = path.display())]
    Io {
        /// What was tried: `read`, `write`, `create`.
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file of the state directory holds something this version cannot understand.
    #[error("`{path}` is damaged at line {line}: {message}", path = path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Which line, counted from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
}

impl Error {
    /// The error's name on the wire.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "ResourceNotFound",
            Self::Conflict { .. } => "ConflictException",
            Self::Validation { .. } => "ValidationException",
            Self::Io { .. } | Self::Damaged { .. } => "InternalFailure",
        }
    }

    /// The HTTP status that goes with [`Error::code`].
    pub fn status(&self) -> u16 {
        match self {
            Self::NotFound { .. } | Self::Conflict { .. } | Self::Validation { .. } => 400,
            Self::Io { .. } | Self::Damaged { .. } => 500,
        }
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::NotFound { message: message.into() }
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict { message: message.into() }
    }

    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::Validation { message: message.into() }
    }
}
