//! Whole files, written in one piece.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::engine::Error;

/// Turns what the system said into an engine error.
pub fn io_error(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Io { action, path, source }
}

/// Creates a folder and those above it.
pub fn create_folder(path: &Path) -> Result<(), Error> {
    fs_err::create_dir_all(path).map_err(io_error("create", path))
}

/// Reads a JSON file; nothing if there is none.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Error> {
    let bytes = match fs_err::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error("read", path)(error)),
    };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| Error::Damaged {
        path: path.to_owned(),
        line: error.line(),
        message: error.to_string(),
    })
}

/// Replaces a JSON file in one step. `durable` says whether it must survive a power cut.
pub fn write_json<T: Serialize>(path: &Path, value: &T, durable: bool) -> Result<(), Error> {
    let bytes = serde_json::to_vec(value).map_err(|error| io_error("write", path)(error.into()))?;
    write(path, &bytes, durable)
}

pub(super) fn write(path: &Path, bytes: &[u8], durable: bool) -> Result<(), Error> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.partial", rand::random::<u32>()));
    let partial: PathBuf = path.with_file_name(name);
    let attempt = || {
        let mut file = fs_err::File::create(&partial)?;
        file.write_all(bytes)?;
        if durable {
            file.sync_data()?;
        }
        fs_err::rename(&partial, path)
    };
    attempt().map_err(|error| {
        // What is left of a failed write is of no use to anybody.
        let _ = fs_err::remove_file(&partial);
        io_error("write", path)(error)
    })
}
