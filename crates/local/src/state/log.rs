//! Append-only files of JSON lines, each with its checksum before it.

use std::io::{Seek as _, SeekFrom, Write as _};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::io_error;
use crate::engine::Error;

/// A log of `T`s, open for appending.
///
/// A line is eight hexadecimal digits (the CRC-32 of the JSON text), a space, the JSON text. A last line that is torn is
/// dropped, because its writer never learned that it was written; damage before that is an error.
#[derive(Debug)]
pub struct Log<T> {
    path: PathBuf,
    file: fs_err::File,
    /// Length of what is known to be whole.
    length: u64,
    entries: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned> Log<T> {
    /// Opens or creates a log and reads what is in it.
    pub fn open(path: &Path) -> Result<(Self, Vec<T>), Error> {
        let mut options = fs_err::OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(io_error("create", path))?;
        let bytes = fs_err::read(path).map_err(io_error("read", path))?;
        let (entries, whole) = parse(path, &bytes)?;
        let length = whole as u64;
        if whole < bytes.len() {
            file.set_len(length).map_err(io_error("write", path))?;
        }
        file.seek(SeekFrom::Start(length)).map_err(io_error("write", path))?;
        Ok((Self { path: path.to_owned(), file, length, entries: PhantomData }, entries))
    }

    /// Reads a log without opening it for appending; a missing one is empty.
    pub fn read(path: &Path) -> Result<Vec<T>, Error> {
        match fs_err::read(path) {
            Ok(bytes) => parse(path, &bytes).map(|(entries, _)| entries),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(io_error("read", path)(error)),
        }
    }

    /// Appends an entry. When this returns, the entry survives the death of the process; when it fails, nothing was
    /// written.
    pub fn append(&mut self, entry: &T) -> Result<(), Error> {
        let json =
            serde_json::to_string(entry).map_err(|error| io_error("write", &self.path)(error.into()))?;
        let line = format!("{:08x} {json}\n", checksum(json.as_bytes()));
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            self.file
                .set_len(self.length)
                .and_then(|()| self.file.seek(SeekFrom::Start(self.length)))
                .map_err(io_error("write", &self.path))?;
            return Err(io_error("write", &self.path)(error));
        }
        self.length += line.len() as u64;
        Ok(())
    }

    /// Waits until everything appended survives a power cut.
    pub fn sync(&self) -> Result<(), Error> {
        self.file.sync_data().map_err(io_error("write", &self.path))
    }
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// The entries, and how many bytes are whole.
fn parse<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<(Vec<T>, usize), Error> {
    let mut entries = Vec::new();
    let mut whole = 0;
    for (number, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        match parse_line(line) {
            Ok(entry) => entries.push(entry),
            Err(_) if whole + line.len() == bytes.len() => break,
            Err(message) => {
                return Err(Error::Damaged { path: path.to_owned(), line: number + 1, message });
            }
        }
        whole += line.len();
    }
    Ok((entries, whole))
}

fn parse_line<T: DeserializeOwned>(line: &[u8]) -> Result<T, String> {
    let text = std::str::from_utf8(line).map_err(|error| error.to_string())?;
    let text = text.strip_suffix('\n').ok_or("the line has no end")?;
    let (sum, json) = text.split_once(' ').ok_or("the line has no checksum")?;
    if u32::from_str_radix(sum, 16) != Ok(checksum(json.as_bytes())) {
        return Err("the checksum does not fit".to_owned());
    }
    serde_json::from_str(json).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_last_line_is_dropped_at_every_length_and_damage_before_it_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let (mut log, _) = Log::<String>::open(&path).unwrap();
        log.append(&"one".to_owned()).unwrap();
        let first = fs_err::read(&path).unwrap().len();
        log.append(&"two".to_owned()).unwrap();
        let bytes = fs_err::read(&path).unwrap();
        for end in first..bytes.len() {
            fs_err::write(&path, &bytes[..end]).unwrap();
            let (mut log, entries) = Log::<String>::open(&path).unwrap();
            assert_eq!(entries, ["one"]);
            log.append(&"three".to_owned()).unwrap();
            assert_eq!(Log::<String>::read(&path).unwrap(), ["one", "three"]);
        }
        let mut damaged = bytes.clone();
        damaged[first - 3] ^= 1;
        fs_err::write(&path, damaged).unwrap();
        assert!(matches!(Log::<String>::open(&path), Err(Error::Damaged { line: 1, .. })));
    }
}
