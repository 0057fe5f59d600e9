//! The job's log: every line of output with the time it was seen.

use std::io::{Read, Write};
use std::path::Path;

use fs_err as fs;

/// Longest text of one event, in bytes: what CloudWatch Logs accepts. Longer lines become several events.
const MAX_EVENT: usize = 256 * 1024;

/// Cuts a stream of bytes into lines and stamps them.
pub(crate) struct LineLog<W> {
    output: W,
    pending: Vec<u8>,
    last_ms: i64,
}

impl LineLog<fs::File> {
    /// Opens a log for appending.
    pub(crate) fn open(path: &Path) -> std::io::Result<Self> {
        let file = fs::OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self::new(file))
    }
}

impl<W: Write> LineLog<W> {
    pub(crate) fn new(output: W) -> Self {
        Self { output, pending: Vec::new(), last_ms: 0 }
    }

    /// Copies everything from `input`, until it ends.
    ///
    /// A full disk loses lines and nothing else: the job must not block on a log that cannot be written.
    pub(crate) fn copy(&mut self, mut input: impl Read, now_ms: impl Fn() -> i64) {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match input.read(&mut buffer) {
                Ok(0) => break,
                Ok(length) => {
                    let _ = self.push(&buffer[..length], now_ms());
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        let _ = self.finish(now_ms());
    }

    /// Takes in bytes, and writes the lines that they complete.
    pub(crate) fn push(&mut self, bytes: &[u8], now_ms: i64) -> std::io::Result<()> {
        self.last_ms = self.last_ms.max(now_ms);
        let mut out = Vec::with_capacity(bytes.len() + 64);
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            self.pending.extend_from_slice(&rest[..end]);
            rest = &rest[end + 1..];
            let line = std::mem::take(&mut self.pending);
            self.event_lines(&line, &mut out);
        }
        self.pending.extend_from_slice(rest);
        while self.pending.len() > MAX_EVENT {
            let cut = cut_at(&self.pending);
            let tail = self.pending.split_off(cut);
            let line = std::mem::replace(&mut self.pending, tail);
            event(self.last_ms, &line, &mut out);
        }
        if out.is_empty() { Ok(()) } else { self.output.write_all(&out) }
    }

    /// Writes what is left of a last line without an end.
    pub(crate) fn finish(&mut self, now_ms: i64) -> std::io::Result<()> {
        if self.pending.is_empty() { Ok(()) } else { self.push(b"\n", now_ms) }
    }

    fn event_lines(&self, line: &[u8], out: &mut Vec<u8>) {
        let mut line = line.strip_suffix(b"\r").unwrap_or(line);
        while line.len() > MAX_EVENT {
            let (head, tail) = line.split_at(cut_at(line));
            event(self.last_ms, head, out);
            line = tail;
        }
        event(self.last_ms, line, out);
    }
}

/// Where to cut a long line: at the limit, but not inside a character.
fn cut_at(line: &[u8]) -> usize {
    let mut cut = MAX_EVENT;
    while cut > MAX_EVENT - 4 && line[cut] & 0b1100_0000 == 0b1000_0000 {
        cut -= 1;
    }
    cut
}

fn event(ms: i64, line: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(ms.to_string().as_bytes());
    out.push(b' ');
    out.extend_from_slice(String::from_utf8_lossy(line).as_bytes());
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pieces: &[&[u8]], expected: &str) {
        let mut log = LineLog::new(Vec::new());
        for (piece, now) in pieces.iter().zip(1..) {
            log.push(piece, now).unwrap();
        }
        log.finish(9).unwrap();
        assert_eq!(String::from_utf8(log.output).unwrap(), expected);
    }

    #[test]
    fn lines_are_stamped_when_they_end() {
        check(&[b"one\ntw", b"o\n\nthree"], "1 one\n2 two\n2 \n9 three\n");
    }

    #[test]
    fn invalid_text_is_replaced() {
        check(&[b"a\xffb\r\n"], "1 a\u{fffd}b\n");
    }

    #[test]
    fn a_long_line_becomes_several_events_cut_between_characters() {
        let text = "é".repeat(MAX_EVENT / 2 + 10);
        let shifted = format!("x{text}");
        let mut log = LineLog::new(Vec::new());
        log.push(shifted.as_bytes(), 1).unwrap();
        log.finish(1).unwrap();
        let output = String::from_utf8(log.output).unwrap();
        let lines: Vec<&str> = output.lines().map(|line| line.strip_prefix("1 ").unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines.concat(), shifted);
        assert!(lines.iter().all(|line| line.len() <= MAX_EVENT));
    }
}
