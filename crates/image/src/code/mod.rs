//! The user's code as an archive: the same files give the same bytes, on every machine.

mod archive;
mod files;
mod secrets;
mod warning;

use std::path::Path;

use bytes::Bytes;

use crate::Result;

pub use warning::{Warning, WarningKind};

/// The user's code, packed.
#[derive(Debug, Clone)]
pub struct CodeArchive {
    /// A tar archive, compressed with gzip.
    pub bytes: Bytes,
    /// Sha256 of `bytes`, in hex.
    pub hash: String,
    /// What is in the archive, sorted: paths relative to its root, with `/` on every system.
    pub files: Vec<String>,
    /// Size of the files before compression, in bytes.
    pub size: u64,
    /// What the user should know before this is uploaded.
    pub warnings: Vec<Warning>,
}

/// Packs all files below `root` that are not ignored, and `generated` modules (name and content) at
/// its top, where they win over a file of the same name.
///
/// Left out are: what `.gitignore` and `.sagewrightignore` say (the latter wins), version control,
/// virtual environments, caches, and links that lead out of `root`.
pub fn pack<'a>(
    root: &Path,
    generated: impl IntoIterator<Item = (&'a String, &'a String)>,
) -> Result<CodeArchive> {
    let mut found = files::find(root)?;
    let generated: Vec<(&str, &str)> =
        generated.into_iter().map(|(name, content)| (name.as_str(), content.as_str())).collect();
    found.entries.retain(|entry| !generated.iter().any(|(name, _)| *name == entry.path));
    archive::write(root, found, &generated)
}
