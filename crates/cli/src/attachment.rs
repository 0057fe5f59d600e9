//! Who uses an endpoint that another process serves: a file in its state directory that every such process locks.
//!
//! The process that serves looks at the lock before it ends: while others use its endpoint, somebody must go on serving.
//! The system lets go of a lock when its holder dies, however it dies.

use std::fs::{File, TryLockError};
use std::path::Path;

/// The file that is locked. It has no content.
const FILE: &str = "attached.lock";

/// Held by a process while it uses an endpoint of another one.
#[derive(Debug)]
pub(crate) struct Attachment {
    _shared: File,
}

impl Attachment {
    /// Announces this process. `None` while the serving process is about to end.
    pub(crate) fn announce(state_dir: &Path) -> std::io::Result<Option<Self>> {
        let file = open(state_dir)?;
        match file.try_lock_shared() {
            Ok(()) => Ok(Some(Self { _shared: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Held by the process that serves from when it has decided to end until it has ended: nobody attaches in between.
#[derive(Debug)]
pub(crate) struct Leave {
    _exclusive: File,
}

impl Leave {
    /// Asks to end. `None` while another process uses the endpoint.
    pub(crate) fn ask(state_dir: &Path) -> std::io::Result<Option<Self>> {
        let file = open(state_dir)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _exclusive: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

fn open(state_dir: &Path) -> std::io::Result<File> {
    let path = state_dir.join(FILE);
    let file = fs_err::OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
    Ok(file.into_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_leaves_while_another_is_attached_and_nobody_attaches_to_one_that_leaves() {
        let folder = tempfile::tempdir().unwrap();
        let one = Attachment::announce(folder.path()).unwrap().unwrap();
        let other = Attachment::announce(folder.path()).unwrap().unwrap();
        assert!(Leave::ask(folder.path()).unwrap().is_none());
        drop((one, other));
        let leave = Leave::ask(folder.path()).unwrap().unwrap();
        assert!(Attachment::announce(folder.path()).unwrap().is_none());
        drop(leave);
        assert!(Attachment::announce(folder.path()).unwrap().is_some());
    }
}
