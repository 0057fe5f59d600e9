//! The key that secrets are encrypted with, in a file that only the user may read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::{SecureRandom as _, SystemRandom};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::{Error, Result};

/// The file's name in `$SAGEWRIGHT_HOME`.
pub const KEY_FILE: &str = "secrets.key";

/// Length of the key in bytes.
pub(super) const LENGTH: usize = 32;

/// Reads the key; nothing if there is no file.
pub(super) fn read(path: &Path) -> Result<Option<[u8; LENGTH]>> {
    let text = match fs_err::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::File { action: "read", path: path.to_owned(), source }),
    };
    let bytes = STANDARD.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.map(Some).ok_or_else(|| Error::Key { path: path.to_owned() })
}

/// Reads the key, or makes one. Of several processes that make one at once, all use the first one's.
pub(super) fn read_or_make(path: &Path) -> Result<[u8; LENGTH]> {
    if let Some(key) = read(path)? {
        return Ok(key);
    }
    let mut key = [0; LENGTH];
    SystemRandom::new().fill(&mut key).map_err(|_| Error::File {
        action: "make a key for",
        path: path.to_owned(),
        source: std::io::Error::other("the system gives no random numbers"),
    })?;
    make(path, &key).map_err(|source| Error::File { action: "write", path: path.to_owned(), source })?;
    read(path)?.ok_or_else(|| Error::Key { path: path.to_owned() })
}

/// Writes the file whole under another name first, so that it is never seen half-written.
fn make(path: &Path, key: &[u8]) -> std::io::Result<()> {
    let draft = path.with_extension(format!("{}.draft", std::process::id()));
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(STANDARD.encode(key).as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, path);
    fs_err::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}
