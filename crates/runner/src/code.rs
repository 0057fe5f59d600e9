//! The user's code: from the archive into a folder, trusting nothing that the archive says.

use std::io;
use std::path::{Component, Path};

use flate2::read::GzDecoder;
use tar::{Archive, Entry, EntryType};

/// Unpacks a code archive into `folder`, which is created. Members that would land outside, links that
/// lead outside, and anything that is neither file, folder nor link are refused.
pub(crate) fn unpack(archive: &[u8], folder: &Path) -> io::Result<()> {
    fs_err::create_dir_all(folder)?;
    let mut archive = Archive::new(GzDecoder::new(archive));
    archive.set_preserve_mtime(false);
    for entry in archive.entries()? {
        let mut entry = entry?;
        check(&entry)?;
        if !entry.unpack_in(folder)? {
            return Err(outside(&entry));
        }
    }
    Ok(())
}

fn check(entry: &Entry<'_, impl io::Read>) -> io::Result<()> {
    match entry.header().entry_type() {
        EntryType::Regular | EntryType::Directory => Ok(()),
        EntryType::Symlink => {
            let path = entry.path()?;
            let target = entry.link_name()?.unwrap_or_default();
            let mut depth = path.components().count().saturating_sub(1);
            for part in target.components() {
                match part {
                    Component::Normal(_) => depth += 1,
                    Component::CurDir => {}
                    Component::ParentDir if depth > 0 => depth -= 1,
                    _ => return Err(outside(entry)),
                }
            }
            Ok(())
        }
        _ => Err(outside(entry)),
    }
}

fn outside(entry: &Entry<'_, impl io::Read>) -> io::Error {
    let path = entry.path().map(|path| path.display().to_string()).unwrap_or_default();
    io::Error::new(io::ErrorKind::InvalidData, format!("refused member `{path}`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use tar::{Builder, Header};

    fn archive(kind: EntryType, path: &str, link: Option<&str>) -> Vec<u8> {
        let mut tar = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        header.set_mode(0o644);
        // Written into the raw field, as the library refuses to make bad archives.
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        if let Some(link) = link {
            header.as_old_mut().linkname[..link.len()].copy_from_slice(link.as_bytes());
        }
        header.set_cksum();
        tar.append(&header, io::empty()).unwrap();
        tar.into_inner().unwrap().finish().unwrap()
    }

    #[test]
    fn nothing_leaves_the_folder() {
        for (kind, path, link) in [
            (EntryType::Regular, "../evil.py", None),
            (EntryType::Symlink, "a/link", Some("../../etc")),
            (EntryType::Symlink, "link", Some("/etc/passwd")),
            (EntryType::Link, "hard", Some("/etc/passwd")),
            (EntryType::Char, "device", None),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let error = unpack(&archive(kind, path, link), &folder.path().join("code")).unwrap_err();
            assert_eq!(error.to_string(), format!("refused member `{path}`"));
        }
    }

    #[test]
    fn links_inside_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        unpack(&archive(EntryType::Symlink, "a/link", Some("../run.py")), folder.path()).unwrap();
        assert_eq!(fs_err::read_link(folder.path().join("a/link")).unwrap(), Path::new("../run.py"));
    }
}
