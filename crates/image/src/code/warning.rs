//! What the user should know before the code is uploaded.

use std::fmt;

/// Something about the code that is allowed and probably not meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What it is about.
    pub kind: WarningKind,
    /// The file, relative to the root of the code; empty when the code as a whole is meant.
    pub file: String,
    /// What was found, in one line.
    pub message: String,
    /// What the user can do about it.
    pub hint: String,
}

/// What a warning is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarningKind {
    /// One file is larger than code is.
    LargeFile,
    /// All files together are larger than code is.
    LargeCode,
    /// A file looks like it holds a secret.
    Secret,
    /// A link was left out, because it leads out of the code or nowhere.
    Link,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.hint)
    }
}
