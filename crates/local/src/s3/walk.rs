//! The keys of a bucket in their order, without reading more of the tree than is asked for.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use fs_err as fs;

/// One step of a walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// An object.
    Object {
        /// Its key.
        key: String,
        /// Its file.
        path: PathBuf,
    },
    /// All keys with this start, where folders are not to be entered.
    Folder {
        /// The common start, up to and including the `/`.
        prefix: String,
    },
}

/// Walks a bucket. Keys come in the order of their bytes.
#[derive(Debug)]
pub(crate) struct Walk {
    prefix: String,
    after: String,
    fold: bool,
    /// Entries still to be visited, the next one last.
    pending: Vec<Entry>,
    root: Option<PathBuf>,
}

#[derive(Debug)]
struct Entry {
    /// Ends with `/` for a folder.
    key: String,
    path: PathBuf,
}

impl Walk {
    pub(super) fn new(bucket: PathBuf, prefix: &str) -> Self {
        let prefix = prefix.to_owned();
        Self { prefix, after: String::new(), fold: false, pending: Vec::new(), root: Some(bucket) }
    }

    /// Begins after this key.
    pub(crate) fn after(mut self, key: &str) -> Self {
        key.clone_into(&mut self.after);
        self
    }

    /// Does not enter folders below the prefix: each comes as one [`Found::Folder`].
    pub(crate) fn fold(mut self) -> Self {
        self.fold = true;
        self
    }

    fn enter(&mut self, path: &Path, key: &str) -> std::io::Result<()> {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            // Deleted since its parent was read.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        let from = self.pending.len();
        for entry in entries {
            let entry = entry?;
            let Some(name) = text(entry.file_name()) else { continue };
            let kind = entry.file_type()?;
            let slash = if kind.is_dir() { "/" } else { "" };
            let key = format!("{key}{name}{slash}");
            if (kind.is_dir() || kind.is_file()) && self.may_hold(&key) {
                self.pending.push(Entry { key, path: entry.path() });
            }
        }
        // With its slash, a folder sorts exactly where its keys do.
        self.pending[from..].sort_unstable_by(|left, right| right.key.cmp(&left.key));
        Ok(())
    }

    /// Whether the entry is, or may contain, a key that is wanted.
    fn may_hold(&self, key: &str) -> bool {
        let wanted = if key.ends_with('/') {
            key.starts_with(&self.prefix) || self.prefix.starts_with(key)
        } else {
            key.starts_with(&self.prefix)
        };
        let later = key > self.after.as_str() || (key.ends_with('/') && self.after.starts_with(key));
        wanted && later
    }

    fn step(&mut self) -> std::io::Result<Option<Found>> {
        if let Some(root) = self.root.take() {
            self.enter(&root, "")?;
        }
        while let Some(Entry { key, path }) = self.pending.pop() {
            if !key.ends_with('/') {
                return Ok(Some(Found::Object { key, path }));
            }
            let folded = self.fold && key.len() > self.prefix.len();
            if !folded {
                self.enter(&path, &key)?;
            } else if key > self.after && holds_an_object(path)? {
                return Ok(Some(Found::Folder { prefix: key }));
            }
        }
        Ok(None)
    }
}

impl Iterator for Walk {
    type Item = std::io::Result<Found>;

    fn next(&mut self) -> Option<Self::Item> {
        self.step().transpose()
    }
}

fn holds_an_object(folder: PathBuf) -> std::io::Result<bool> {
    Ok(Walk::new(folder, "").next().transpose()?.is_some())
}

fn text(name: OsString) -> Option<String> {
    name.into_string().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(walk: impl FnOnce(Walk) -> Walk, prefix: &str, expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        for key in ["a.txt", "a/b", "a/c/d", "a0", "b/x", "b/y/z"] {
            let path = folder.path().join(key);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, key).unwrap();
        }
        fs::create_dir(folder.path().join("empty")).unwrap();
        let found: Vec<String> = walk(Walk::new(folder.path().to_owned(), prefix))
            .map(|found| match found.unwrap() {
                Found::Object { key, .. } => key,
                Found::Folder { prefix } => prefix,
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn keys_come_in_the_order_of_their_bytes() {
        check(|walk| walk, "", &["a.txt", "a/b", "a/c/d", "a0", "b/x", "b/y/z"]);
    }

    #[test]
    fn a_prefix_need_not_end_at_a_folder() {
        check(|walk| walk, "a", &["a.txt", "a/b", "a/c/d", "a0"]);
        check(|walk| walk, "a/c", &["a/c/d"]);
        check(|walk| walk, "b/y/z", &["b/y/z"]);
        check(|walk| walk, "c", &[]);
    }

    #[test]
    fn a_walk_goes_on_after_any_key() {
        check(|walk| walk.after("a/b"), "", &["a/c/d", "a0", "b/x", "b/y/z"]);
        check(|walk| walk.after("a/bb"), "", &["a/c/d", "a0", "b/x", "b/y/z"]);
        check(|walk| walk.after("b/y/z"), "", &[]);
    }

    #[test]
    fn folders_are_folded() {
        check(Walk::fold, "", &["a.txt", "a/", "a0", "b/"]);
        check(Walk::fold, "a", &["a.txt", "a/", "a0"]);
        check(Walk::fold, "a/", &["a/b", "a/c/"]);
        check(|walk| walk.fold().after("a/"), "", &["a0", "b/"]);
    }
}
