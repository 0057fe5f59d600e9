//! Which files are code.

use std::path::{Component, Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::warning::{Warning, WarningKind};
use crate::error::{Error, Result};

/// The ignore file that belongs to this project alone. It wins over `.gitignore`.
pub(super) const IGNORE_FILE: &str = ".sagewrightignore";

/// Folders that never are code, whatever ignore files say.
const NEVER_FOLDERS: [&str; 15] = [
    ".git",
    ".hg",
    ".svn",
    ".venv",
    "venv",
    "__pycache__",
    "node_modules",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".ipynb_checkpoints",
    ".tox",
    ".nox",
    ".eggs",
    ".sagewright",
];
/// What marks a folder as a cache, by the Cache Directory Tagging Specification; build tools leave it.
const CACHE_TAG: &str = "CACHEDIR.TAG";
/// Files that never are code.
const NEVER_FILES: [&str; 2] = [".DS_Store", "Thumbs.db"];
/// Endings of files that never are code.
const NEVER_ENDINGS: [&str; 2] = [".pyc", ".pyo"];

/// The files of a code folder, and what was left out with a word.
pub(super) struct Found {
    /// Sorted by path.
    pub(super) entries: Vec<Entry>,
    pub(super) warnings: Vec<Warning>,
}

/// One member of the archive.
pub(super) struct Entry {
    /// Relative to the root, with `/`.
    pub(super) path: String,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    /// A file; whether it is executable, and its size in bytes.
    File { executable: bool, size: u64 },
    /// A link to another place inside the root, relative to the link's own folder.
    Link { target: String },
}

pub(super) fn find(root: &Path) -> Result<Found> {
    if !fs_err::metadata(root).is_ok_and(|metadata| metadata.is_dir()) {
        return Err(Error::Root { root: root.to_owned() });
    }
    let canonical =
        fs_err::canonicalize(root).map_err(|source| Error::File { path: root.to_owned(), source })?;
    let mut found = Found { entries: Vec::new(), warnings: Vec::new() };
    let walk = WalkBuilder::new(root)
        .standard_filters(false)
        .git_ignore(true)
        .require_git(false)
        // Ignore files above the root count only where git itself would look at them.
        .parents(canonical.ancestors().any(|folder| folder.join(".git").exists()))
        .add_custom_ignore_filename(IGNORE_FILE)
        .filter_entry(|entry| !never(entry))
        .build();
    for entry in walk {
        let entry = entry.map_err(|source| Error::Walk { root: root.to_owned(), source })?;
        if entry.depth() == 0 {
            continue;
        }
        let path = relative(root, entry.path())?;
        let Some(file_type) = entry.file_type() else { continue };
        if file_type.is_symlink() {
            match link(root, &canonical, entry.path()) {
                Some(target) => found.entries.push(Entry { path, kind: Kind::Link { target } }),
                None => found.warnings.push(link_warning(path, entry.path())),
            }
        } else if file_type.is_file() {
            let metadata =
                entry.metadata().map_err(|source| Error::Walk { root: root.to_owned(), source })?;
            let kind = Kind::File { executable: executable(&metadata), size: metadata.len() };
            found.entries.push(Entry { path, kind });
        }
    }
    found.entries.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    found.warnings.sort_unstable_by(|one, other| one.file.cmp(&other.file));
    Ok(found)
}

fn never(entry: &DirEntry) -> bool {
    if entry.depth() == 0 {
        return false;
    }
    let Some(name) = entry.file_name().to_str() else { return false };
    if entry.file_type().is_some_and(|kind| kind.is_dir()) {
        NEVER_FOLDERS.contains(&name)
            || name.ends_with(".egg-info")
            || entry.path().join("pyvenv.cfg").exists()
            || entry.path().join(CACHE_TAG).exists()
            || holds_state(entry.path())
    } else {
        // A virtual environment may also be a link to one.
        NEVER_FOLDERS.contains(&name)
            || NEVER_FILES.contains(&name)
            || NEVER_ENDINGS.iter().any(|ending| name.ends_with(ending))
    }
}

/// Whether a folder is Sagewright's own state, with its credentials and with all that was ever packed.
fn holds_state(folder: &Path) -> bool {
    let is_state = |folder: &Path| folder.join("s3").is_dir() && folder.join("jobs").is_dir();
    is_state(folder) || is_state(&folder.join("endpoint"))
}

fn relative(root: &Path, path: &Path) -> Result<String> {
    let bad = || Error::Name { path: path.to_owned() };
    let relative = path.strip_prefix(root).map_err(|_| bad())?;
    let parts: Option<Vec<&str>> = relative.iter().map(|part| part.to_str()).collect();
    Ok(parts.ok_or_else(bad)?.join("/"))
}

/// The target of a link, rewritten relative to the link's folder, if it leads to something inside the
/// root.
fn link(root: &Path, canonical: &Path, path: &Path) -> Option<String> {
    let target = fs_err::canonicalize(path).ok()?;
    let inside = target.strip_prefix(canonical).ok()?;
    let folder = path.strip_prefix(root).ok()?.parent()?;
    let mut relative: PathBuf = folder.components().map(|_| Component::ParentDir).collect();
    relative.push(inside);
    if relative.as_os_str().is_empty() {
        relative.push(".");
    }
    relative.to_str().map(str::to_owned)
}

fn link_warning(file: String, path: &Path) -> Warning {
    let target = fs_err::read_link(path).unwrap_or_default();
    Warning {
        kind: WarningKind::Link,
        message: format!(
            "the link `{file}` is left out, because it leads out of the code or nowhere: {}",
            target.display()
        ),
        hint: format!("copy its target into the code, or put `{file}` into {IGNORE_FILE}"),
        file,
    }
}

#[cfg(unix)]
fn executable(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn executable(_: &std::fs::Metadata) -> bool {
    false
}
