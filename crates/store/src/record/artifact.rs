//! What a step produced: an artifact is a folder of files with a type.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::hash_hex;

/// One output of one attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArtifactRecord {
    /// Name of the output.
    pub name: String,
    /// How the files are to be read (`json`, `parquet`, `cloudpickle`, …).
    #[serde(rename = "type")]
    pub kind: String,
    /// What the value was in the language of the step, as text for people.
    #[serde(default)]
    pub language_type: Option<String>,
    /// Key of the folder.
    pub key: String,
    /// The files in it, sorted by path.
    pub files: Vec<FileRecord>,
    /// Sum of the files' sizes, in bytes.
    pub size: u64,
    /// Hash over the paths and hashes of all files, see [`ArtifactRecord::hash_of`].
    pub hash: String,
    /// What the type needs to read the value back, and what the user added.
    #[serde(default)]
    pub metadata: Map<String, Value>,
    /// A small picture of the value for people; its forms are in the worker protocol.
    #[serde(default)]
    pub preview: Value,
    /// A remark about how the value was stored, such as the use of pickle.
    #[serde(default)]
    pub note: Option<String>,
}

impl ArtifactRecord {
    /// Hash of a folder: sha256 over the lines `path\0sha256\n`, sorted by path.
    pub fn hash_of(files: &[FileRecord]) -> String {
        let mut lines: Vec<String> =
            files.iter().map(|file| format!("{}\0{}\n", file.path, file.sha256)).collect();
        lines.sort_unstable();
        hash_hex(lines.concat())
    }
}

/// One file of an artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Path below the artifact's folder, with `/` on every system.
    pub path: String,
    /// In bytes.
    pub size: u64,
    /// Hash of the content, in hex.
    pub sha256: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_does_not_depend_on_the_order_of_files() {
        let file = |path: &str| FileRecord { path: path.into(), size: 1, sha256: hash_hex(path) };
        let one = ArtifactRecord::hash_of(&[file("a"), file("b/c")]);
        let other = ArtifactRecord::hash_of(&[file("b/c"), file("a")]);
        assert_eq!(one, other);
        assert_ne!(one, ArtifactRecord::hash_of(&[file("a")]));
    }
}
