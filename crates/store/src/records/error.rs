//! What can go wrong with records.

use std::path::PathBuf;

/// Result of the functions on records.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure of the records. The message names the thing; [`Error::hint`] says what to do. None holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A name that nothing can have.
    #[error("`{name}` cannot be the name of a {what}")]
    Name {
        /// What was to be named.
        what: &'static str,
        /// The name.
        name: String,
    },

    /// There is no such record.
    #[error("there is no {what} `{name}`")]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// Its name.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },

    /// The name is taken.
    #[error("{what} `{name}` is already there")]
    Taken {
        /// What was to be made.
        what: &'static str,
        /// Its name.
        name: String,
    },

    /// Others need it.
    #[error("{what} `{name}` is in use by {}", users.join(", "))]
    InUse {
        /// What was to go.
        what: &'static str,
        /// Its name.
        name: String,
        /// Who uses it, each with its kind.
        users: Vec<String>,
    },

    /// The ready parts of this machine stay as they are.
    #[error("{what} `{name}` is always there and stays as it is")]
    Bundled {
        /// What was to be changed.
        what: &'static str,
        /// Its name.
        name: String,
    },

    /// A stack without something it cannot be without.
    #[error("a stack cannot be without {what}")]
    Incomplete {
        /// What is missing.
        what: &'static str,
    },

    /// The database was written by a version that this one does not know.
    #[error("`{}` was written by a newer Sagewright", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
    },

    /// The database does not do as asked.
    #[error("cannot use `{}`", path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// Its own words.
        #[source]
        source: sqlx::Error,
    },

    /// A file cannot be read or written.
    #[error("cannot {action} `{}`", path.display())]
    File {
        /// What was being done, as a verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },

    /// The file with the key does not hold one.
    #[error("`{}` holds no key", path.display())]
    Key {
        /// The file.
        path: PathBuf,
    },

    /// A secret was encrypted with another key, or was changed.
    #[error("`{field}` of {owner} cannot be decrypted")]
    Sealed {
        /// The field.
        field: String,
        /// Whose it is.
        owner: String,
    },

    /// A record is not what it should be; somebody else wrote to the database.
    #[error("the record of {what} `{name}` is damaged")]
    Damaged {
        /// What it is the record of.
        what: &'static str,
        /// Its name.
        name: String,
    },
}

impl Error {
    /// Says what the user can do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Name { .. } => Some(
                "names have up to 100 letters, digits, `-`, `_` and `.`, a letter or digit first".to_owned(),
            ),
            Self::Unknown { known, .. } if known.is_empty() => Some("there are none yet".to_owned()),
            Self::Unknown { known, .. } => Some(format!("there are: {}", known.join(", "))),
            Self::InUse { .. } => Some("delete or change these first".to_owned()),
            Self::Bundled { .. } => Some("register another one and change that".to_owned()),
            Self::Newer { .. } => {
                Some("update Sagewright, or set SAGEWRIGHT_HOME to another folder".to_owned())
            }
            Self::Sealed { .. } => {
                Some("the key file was replaced or the value was changed: set the value again".to_owned())
            }
            Self::Key { .. } => {
                Some("put the file back from a backup, or delete it and set all secrets again".to_owned())
            }
            Self::Database { source, .. } if is_full(source) => Some("free some space".to_owned()),
            Self::Database { source, .. } if is_no_database(source) => Some(
                "the file is damaged: put it back from a backup, or move it away and start anew".to_owned(),
            ),
            _ => None,
        }
    }

    /// Whether the user asked for what cannot be, rather than the machine failing.
    pub fn is_input(&self) -> bool {
        matches!(
            self,
            Self::Name { .. }
                | Self::Unknown { .. }
                | Self::Taken { .. }
                | Self::InUse { .. }
                | Self::Bundled { .. }
                | Self::Incomplete { .. }
        )
    }
}

/// Primary result codes of `SQLite`, from <https://www.sqlite.org/rescode.html>.
fn code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error()?.code()?;
    code.parse::<u32>().ok().map(|code| code & 0xff)
}

fn is_full(error: &sqlx::Error) -> bool {
    code(error) == Some(13)
}

fn is_no_database(error: &sqlx::Error) -> bool {
    matches!(code(error), Some(11 | 26))
}
