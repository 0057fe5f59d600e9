//! Writing the archive: nothing goes into it that differs between two machines with the same files.

use std::io::Read as _;
use std::path::Path;

use bytes::Bytes;
use flate2::{Compression, GzBuilder};
use sha2::{Digest as _, Sha256};
use tar::{Builder, EntryType, Header};

use super::files::{Entry, Found, IGNORE_FILE, Kind};
use super::warning::{Warning, WarningKind};
use super::{CodeArchive, secrets};
use crate::error::{Error, Result};

const MIB: u64 = 1024 * 1024;
/// Above this size a file is named in a warning.
const LARGE_FILE: u64 = 10 * MIB;
/// Above this size the code as a whole is named in a warning.
const LARGE_CODE: u64 = 100 * MIB;
/// Above this size it is not packed: the archive is built in memory and fetched by every step.
const LIMIT: u64 = 1024 * MIB;

pub(super) fn write(root: &Path, found: Found, generated: &[(&str, &str)]) -> Result<CodeArchive> {
    let Found { entries, mut warnings } = found;
    let mut size: u64 = entries.iter().map(Entry::size).sum();
    if size > LIMIT {
        return Err(too_large(root, &entries));
    }
    size_warnings(&entries, size, &mut warnings);

    // Level 1: the archive is written once per change and read by every step, mostly on fast links.
    let compressed = GzBuilder::new().mtime(0).write(Vec::new(), Compression::new(1));
    let mut tar = Builder::new(compressed);
    let mut files = Vec::with_capacity(entries.len() + generated.len());
    let mut members: Vec<Member> = entries.iter().map(Member::Found).collect();
    members.extend(generated.iter().map(|(name, content)| Member::Generated(name, content)));
    members.sort_unstable_by(|one, other| one.path().cmp(other.path()));

    let in_memory = "writing to memory does not fail";
    for member in members {
        files.push(member.path().to_owned());
        match member {
            Member::Generated(name, content) => {
                size += content.len() as u64;
                append(&mut tar, name, content.as_bytes(), false).expect(in_memory);
            }
            Member::Found(Entry { path, kind: Kind::Link { target } }) => {
                let mut header = header(EntryType::Symlink, 0, 0o777);
                tar.append_link(&mut header, path, target).expect(in_memory);
            }
            Member::Found(Entry { path, kind: Kind::File { executable, size } }) => {
                let content = read(&root.join(path), *size)?;
                warnings.extend(secrets::look(path, &content));
                append(&mut tar, path, &content, *executable).expect(in_memory);
            }
        }
    }
    let bytes = tar.into_inner().and_then(flate2::write::GzEncoder::finish).expect(in_memory);
    let hash = hex::encode(Sha256::digest(&bytes));
    Ok(CodeArchive { bytes: Bytes::from(bytes), hash, files, size, warnings })
}

/// A member of the archive and where its content comes from.
enum Member<'a> {
    Found(&'a Entry),
    Generated(&'a str, &'a str),
}

impl Member<'_> {
    fn path(&self) -> &str {
        match self {
            Self::Found(entry) => &entry.path,
            Self::Generated(name, _) => name,
        }
    }
}

impl Entry {
    fn size(&self) -> u64 {
        match self.kind {
            Kind::File { size, .. } => size,
            Kind::Link { .. } => 0,
        }
    }
}

fn append(
    tar: &mut Builder<impl std::io::Write>,
    path: &str,
    content: &[u8],
    executable: bool,
) -> std::io::Result<()> {
    let mode = if executable { 0o755 } else { 0o644 };
    let mut header = header(EntryType::Regular, content.len() as u64, mode);
    tar.append_data(&mut header, path, content)
}

fn header(kind: EntryType, size: u64, mode: u32) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(mode);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    header
}

fn read(path: &Path, size: u64) -> Result<Vec<u8>> {
    let failed = |source| Error::File { path: path.to_owned(), source };
    let mut content = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    let mut file = fs_err::File::open(path).map_err(failed)?;
    file.read_to_end(&mut content).map_err(failed)?;
    Ok(content)
}

fn size_warnings(entries: &[Entry], total: u64, warnings: &mut Vec<Warning>) {
    for entry in entries.iter().filter(|entry| entry.size() > LARGE_FILE) {
        let file = entry.path.clone();
        warnings.push(Warning {
            kind: WarningKind::LargeFile,
            message: format!("`{file}` has {} MiB and is uploaded with the code", entry.size() / MIB),
            hint: format!("put it into {IGNORE_FILE} if the steps do not read it"),
            file,
        });
    }
    if total > LARGE_CODE {
        let (largest, _) = largest(entries);
        warnings.push(Warning {
            kind: WarningKind::LargeCode,
            file: String::new(),
            message: format!("the code has {} MiB, which every step fetches", total / MIB),
            hint: format!("put what is not code into {IGNORE_FILE}, such as `{largest}`"),
        });
    }
}

fn too_large(root: &Path, entries: &[Entry]) -> Error {
    let (largest, size) = largest(entries);
    Error::TooLarge { root: root.to_owned(), limit: LIMIT / MIB, largest, largest_size: size / MIB }
}

/// The largest file or folder directly below the root.
fn largest(entries: &[Entry]) -> (String, u64) {
    let mut sizes = std::collections::BTreeMap::<&str, u64>::new();
    for entry in entries {
        let top = entry.path.split('/').next().unwrap_or_default();
        *sizes.entry(top).or_default() += entry.size();
    }
    let largest = sizes.into_iter().max_by_key(|(_, size)| *size);
    largest.map(|(name, size)| (name.to_owned(), size)).unwrap_or_default()
}
