//! Channels in Pipe mode: one named pipe per pass over the data, `<channel>_0`, `<channel>_1`, ….

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

use super::file::PipeChannel;

/// First word of a `RecordIO` record.
const RECORD_IO_MAGIC: u32 = 0xced7_230a;

/// Makes the first pipe of a channel. Called before the job starts, so that it finds the pipe.
pub(crate) fn prepare(ml: &Path, channel: &PipeChannel) -> std::io::Result<()> {
    let path = epoch_path(ml, channel, 0);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    make(&path)
}

/// Serves a channel for as long as the process lives: opening a pipe waits for the job to read it.
pub(crate) fn serve(ml: &Path, channel: &PipeChannel) -> std::io::Result<()> {
    for epoch in 0.. {
        let path = epoch_path(ml, channel, epoch);
        let mut pipe = fs::OpenOptions::new().write(true).open(&path)?;
        // The next one has to be there when the job sees the end of this one.
        make(&epoch_path(ml, channel, epoch + 1))?;
        match write_all(channel, &mut pipe) {
            // The job closed its end early, which is its right.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
            other => other?,
        }
    }
    Ok(())
}

fn epoch_path(ml: &Path, channel: &PipeChannel, epoch: u64) -> PathBuf {
    let mut name = ml.join(&channel.path).into_os_string();
    name.push(format!("_{epoch}"));
    name.into()
}

fn make(path: &Path) -> std::io::Result<()> {
    match mkfifo(path, Mode::S_IRUSR | Mode::S_IWUSR) {
        Ok(()) | Err(nix::errno::Errno::EEXIST) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}

fn write_all(channel: &PipeChannel, pipe: &mut impl Write) -> std::io::Result<()> {
    for source in &channel.sources {
        let file = std::io::BufReader::new(fs::File::open(source)?);
        let mut input: Box<dyn Read> =
            if channel.gunzip { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) };
        if channel.record_io {
            let mut bytes = Vec::new();
            input.read_to_end(&mut bytes)?;
            write_record(&bytes, pipe)?;
        } else {
            std::io::copy(&mut input, pipe)?;
        }
    }
    Ok(())
}

/// One `RecordIO` record: magic word, length, bytes, padding to four.
fn write_record(bytes: &[u8], pipe: &mut impl Write) -> std::io::Result<()> {
    let length = u32::try_from(bytes.len())
        .ok()
        .filter(|length| *length < 1 << 29)
        .ok_or_else(|| std::io::Error::other("an object is too large for one record"))?;
    pipe.write_all(&RECORD_IO_MAGIC.to_le_bytes())?;
    pipe.write_all(&length.to_le_bytes())?;
    pipe.write_all(bytes)?;
    pipe.write_all(&[0; 3][..(4 - bytes.len() % 4) % 4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_padded_to_four_bytes() {
        let mut out = Vec::new();
        write_record(b"hello", &mut out).unwrap();
        assert_eq!(out, b"\x0a\x23\xd7\xce\x05\0\0\0hello\0\0\0");
    }
}
