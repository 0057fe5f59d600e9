//! Finding the program of a command, as a shell would, so that a missing one has a clear message.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Looks for `program` in the folders of `path`; a name with a slash is taken relative to `folder`.
pub(super) fn find(program: &str, path: &str, folder: &Path) -> Option<PathBuf> {
    if program.contains('/') {
        let candidate = folder.join(program);
        return is_program(&candidate).then_some(candidate);
    }
    path.split(':')
        .filter(|entry| !entry.is_empty())
        .map(|entry| folder.join(entry).join(program))
        .find(|candidate| is_program(candidate))
}

fn is_program(path: &Path) -> bool {
    fs_err::metadata(path)
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_executable_file_is_found() {
        let here = Path::new("/");
        assert!(find("sh", "/nowhere:/bin:/usr/bin", here).is_some());
        assert_eq!(find("sh", "/nowhere", here), None);
        assert_eq!(find("no-such-program", "/bin:/usr/bin", here), None);
        assert_eq!(find("/etc/passwd", "/bin", here), None);
        assert_eq!(find("bin/sh", "", here), Some("/bin/sh".into()));
    }
}
