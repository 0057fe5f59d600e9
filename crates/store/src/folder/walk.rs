//! Which files a folder consists of.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Lists the files below a folder with their paths relative to it, sorted. Links are followed, since
/// what counts is what a reader of the folder would see; empty folders leave no trace.
pub fn files_under(root: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let mut above = Vec::new();
    visit(root, "", &mut above, &mut found)?;
    found.sort_unstable();
    Ok(found)
}

fn visit(
    folder: &Path,
    relative: &str,
    above: &mut Vec<PathBuf>,
    found: &mut Vec<(String, PathBuf)>,
) -> Result<()> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::File { action: "read", path, source }
    };
    let canonical = fs_err::canonicalize(folder).map_err(failed(folder))?;
    if above.contains(&canonical) {
        let reason = "it is a link to a folder that contains it";
        return Err(Error::Unstorable { path: folder.to_owned(), reason });
    }
    above.push(canonical);
    for entry in fs_err::read_dir(folder).map_err(failed(folder))? {
        let entry = entry.map_err(failed(folder))?;
        let path = entry.path();
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            return Err(Error::Unstorable { path, reason: "its name is not valid UTF-8" });
        };
        let relative = if relative.is_empty() { name.to_owned() } else { format!("{relative}/{name}") };
        let kind = fs_err::metadata(&path).map_err(failed(&path))?;
        if kind.is_dir() {
            visit(&path, &relative, above, found)?;
        } else if kind.is_file() {
            found.push((relative, path));
        } else {
            return Err(Error::Unstorable { path, reason: "it is neither a file nor a folder" });
        }
    }
    above.pop();
    Ok(())
}
