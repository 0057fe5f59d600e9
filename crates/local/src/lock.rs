//! The exclusive lock on a state directory: one endpoint at a time.

use std::fs::TryLockError;
use std::io::{Seek, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use fs_err as fs;

use crate::{Error, read_connection};

const FILE: &str = "lock";

/// Held for as long as the endpoint lives; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: fs::File,
}

impl Lock {
    /// Makes the state directory where needed, and takes its lock.
    pub(crate) fn acquire(state_dir: &Path) -> Result<Self, Error> {
        let not_writable = |source| Error::NotWritable { state_dir: state_dir.to_owned(), source };
        // It holds the user's data and the means to start processes: nobody else has any business in it.
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(state_dir).map_err(not_writable)?;
        let path = state_dir.join(FILE);
        let mut file = fs::OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(not_writable)?;
        match file.file().try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(locked(state_dir, &path)),
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", path)(error)),
        }
        file.rewind()
            .and_then(|()| file.set_len(0))
            .and_then(|()| write!(file, "{}", std::process::id()))
            .map_err(not_writable)?;
        Ok(Self { _file: file })
    }
}

fn locked(state_dir: &Path, path: &Path) -> Error {
    let pid = fs::read_to_string(path).ok().and_then(|text| text.trim().parse().ok());
    // A file that another process left behind would name the wrong address.
    let connection = read_connection(state_dir).ok().flatten().filter(|known| Some(known.pid) == pid);
    Error::AlreadyRunning { state_dir: state_dir.to_owned(), pid, connection: connection.map(Box::new) }
}
