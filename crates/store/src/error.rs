//! Everything that can go wrong between the caller and the store.

use std::path::PathBuf;

/// Result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What the system says when a disk is full.
const NO_SPACE: &str = "No space left on device";
const FREE_SPACE: &str = "free some space, or give the job a larger volume (`volume_size_in_gb`)";

/// A failure of the artifact store. The message names the object; [`Error::hint`] says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store's address is not one that can be opened.
    #[error("`{uri}` is not an artifact store: {reason}")]
    Uri {
        /// The address as given.
        uri: String,
        /// What is wrong with it.
        reason: String,
    },

    /// The object does not exist.
    #[error("not in the artifact store: `{key}`")]
    NotFound {
        /// Key below the store's root.
        key: String,
    },

    /// The store refuses the caller.
    #[error("access to the artifact store is denied: `{key}`")]
    Denied {
        /// Key below the store's root.
        key: String,
        /// The store's own words.
        #[source]
        source: Reason,
    },

    /// The store did not answer, or answered with an error.
    #[error("cannot {action} in the artifact store: `{key}`")]
    Storage {
        /// What was being done, as a verb (`read`, `write`, `list`).
        action: &'static str,
        /// Key below the store's root.
        key: String,
        /// The store's own words.
        #[source]
        source: Reason,
    },

    /// A record is there, but is not the JSON it should be: half-written or edited by hand.
    #[error("not a complete record: `{key}`")]
    Unreadable {
        /// Key below the store's root.
        key: String,
        /// Where the JSON breaks off or deviates.
        #[source]
        source: serde_json::Error,
    },

    /// A record was written by a version of Sagewright that this one does not know.
    #[error("record version {found} of `{key}` is not supported")]
    Version {
        /// Key below the store's root.
        key: String,
        /// The version in the record.
        found: u64,
    },

    /// The bytes are not those that the hash stands for.
    #[error("content of `{key}` does not match its hash: expected {expected}, found {found}")]
    Corrupt {
        /// Key below the store's root.
        key: String,
        /// The recorded sha256, in hex.
        expected: String,
        /// The sha256 of what was read, in hex.
        found: String,
    },

    /// A name that would leave its folder, or that the store cannot hold.
    #[error("not a usable name in the artifact store: `{name}`")]
    Name {
        /// The offending name or key.
        name: String,
    },

    /// A file of this machine cannot be read or written.
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

    /// Something in a folder is neither a file nor a folder, or a link that leads back into itself.
    #[error("cannot store `{}`: {reason}", path.display())]
    Unstorable {
        /// The entry.
        path: PathBuf,
        /// Why it cannot be stored.
        reason: &'static str,
    },
}

impl Error {
    /// Says what the user can do about it, where that is known.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Uri { .. } => Some("use `file:///folder` or `s3://bucket/prefix`"),
            Self::Denied { .. } => {
                Some("check that the role or the credentials may read, write and list this bucket and prefix")
            }
            Self::Unreadable { .. } => Some("delete the object, or write it again by running the step again"),
            Self::Version { .. } => Some("update Sagewright"),
            Self::Corrupt { .. } => Some("the object was changed or cut off: delete it and upload it again"),
            Self::Storage { source, .. } if source.0.contains(NO_SPACE) => Some(FREE_SPACE),
            Self::File { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => Some(FREE_SPACE),
            _ => None,
        }
    }

    /// True if the object is simply not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }

    pub(crate) fn from_store(action: &'static str, key: &str, error: &object_store::Error) -> Self {
        let key = key.to_owned();
        match error {
            // A bucket that does not exist is not an object that does not exist.
            object_store::Error::NotFound { source, .. }
                if action == "read" && !source.to_string().contains("NoSuchBucket") =>
            {
                Self::NotFound { key }
            }
            object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => {
                Self::Denied { key, source: Reason::of(error) }
            }
            _ => Self::Storage { action, key, source: Reason::of(error) },
        }
    }
}

/// What the store said, in its own words, in one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Reason(String);

impl Reason {
    /// Takes the whole chain at once, because the library repeats each cause in its own message.
    fn of(error: &object_store::Error) -> Self {
        Self::of_text(&error.to_string())
    }

    /// The code and the message of an S3 error document inside a text, or the text itself.
    pub(crate) fn of_text(text: &str) -> Self {
        match (element(text, "Code"), element(text, "Message")) {
            (Some(code), Some(message)) => Self(format!("{code}: {message}")),
            (Some(code), None) => Self(code.to_owned()),
            _ => Self(text.split_whitespace().collect::<Vec<_>>().join(" ")),
        }
    }
}

/// Text of the first `<name>` element of an S3 error document inside a longer message.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let open = format!("<{name}>");
    let start = text.find(&open)? + open.len();
    let length = text[start..].find("</")?;
    Some(&text[start..start + length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_has_a_hint() {
        let source = std::io::Error::from_raw_os_error(28).to_string().into();
        let error = object_store::Error::Generic { store: "LocalFileSystem", source };
        assert!(Error::from_store("write", "a", &error).hint().is_some_and(|hint| hint.contains("space")));
    }

    #[test]
    fn an_s3_error_document_becomes_one_line() {
        let source = "403 Forbidden: <?xml version=\"1.0\"?><Error><Code>SlowDown</Code>\
                      <Message>Reduce your rate</Message></Error>";
        let error = object_store::Error::Generic { store: "S3", source: source.into() };
        assert_eq!(Reason::of(&error).to_string(), "SlowDown: Reduce your rate");
    }
}
