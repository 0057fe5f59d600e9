//! Why something cannot be packed.

use std::path::PathBuf;

/// Result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure to pack. The message names the file; [`Error::hint`] says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The root of the code is not a folder.
    #[error("the root of the code is not a folder: `{}`", root.display())]
    Root {
        /// The path as given.
        root: PathBuf,
    },

    /// A file or folder cannot be read.
    #[error("cannot read `{}`", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },

    /// A folder below the root cannot be walked, or an ignore file in it cannot be understood.
    #[error("cannot walk the code in `{}`", root.display())]
    Walk {
        /// Root of the walk.
        root: PathBuf,
        /// What was met.
        #[source]
        source: ignore::Error,
    },

    /// A name that an archive cannot hold on every system.
    #[error("the name of a file is not valid UTF-8: `{}`", path.display())]
    Name {
        /// The file.
        path: PathBuf,
    },

    /// The code is so large that something else than code must be in it.
    #[error("the code in `{}` is larger than {limit} MiB: `{largest}` alone has {largest_size} MiB", root.display())]
    TooLarge {
        /// Root of the code.
        root: PathBuf,
        /// The limit, in MiB.
        limit: u64,
        /// Largest file or folder directly below the root.
        largest: String,
        /// Its size, in MiB.
        largest_size: u64,
    },
}

impl Error {
    /// Says what the user can do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::TooLarge { largest, .. } => Some(format!(
                "put `{largest}` into .sagewrightignore, or keep the pipeline's file in a folder of its own"
            )),
            _ => None,
        }
    }
}
