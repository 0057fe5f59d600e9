//! What the worker prints goes on to this program's own output, whole lines at a time, and its end is
//! kept for the record.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

/// How much of the end is kept, in bytes.
const KEPT: usize = 64 * 1024;
/// A line longer than this is passed on in pieces.
const LONGEST_LINE: usize = 64 * 1024;

/// The end of what was printed to both streams, in the order in which it arrived.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tail(Arc<Mutex<VecDeque<u8>>>);

impl Tail {
    /// Adds whole lines.
    pub(crate) fn push(&self, bytes: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(bytes);
        let excess = kept.len().saturating_sub(KEPT);
        kept.drain(..excess);
    }

    /// What was kept, from the beginning of a line.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: Vec<u8> = kept.iter().copied().collect();
        if bytes.len() < KEPT {
            return bytes;
        }
        match bytes.iter().position(|byte| *byte == b'\n') {
            Some(end) if end + 1 < bytes.len() => bytes[end + 1..].to_vec(),
            _ => bytes,
        }
    }

    /// The last line that is not blank, shortened.
    pub(crate) fn last_line(&self) -> Option<String> {
        let bytes = self.bytes();
        let text = String::from_utf8_lossy(&bytes);
        let line = text.lines().rev().find(|line| !line.trim().is_empty())?;
        Some(line.trim().chars().take(300).collect())
    }
}

/// Passes a stream on in a thread of its own, so that a reader of our output who falls behind holds up
/// nothing but the worker. The receiver is told when the stream has ended.
pub(super) fn pump(
    source: impl Read + Send + 'static,
    target: impl Write + Send + 'static,
    tail: Tail,
) -> std::io::Result<oneshot::Receiver<()>> {
    let (ended, receiver) = oneshot::channel();
    std::thread::Builder::new().name("log".to_owned()).stack_size(256 * 1024).spawn(move || {
        copy(source, target, &tail);
        // Nobody waits any more if the supervisor has given up on the stream.
        let _ = ended.send(());
    })?;
    Ok(receiver)
}

fn copy(mut source: impl Read, mut target: impl Write, tail: &Tail) {
    let mut buffer = Vec::with_capacity(2 * LONGEST_LINE);
    let mut chunk = vec![0; 16 * 1024];
    loop {
        let read = match source.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        buffer.extend_from_slice(&chunk[..read]);
        // A progress bar ends its lines with a carriage return.
        let end = match buffer.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) {
            Some(end) => end + 1,
            None if buffer.len() > LONGEST_LINE => buffer.len(),
            None => continue,
        };
        pass(&mut target, &buffer[..end], tail);
        buffer.drain(..end);
    }
    if !buffer.is_empty() {
        buffer.push(b'\n');
        pass(&mut target, &buffer, tail);
    }
}

fn pass(target: &mut impl Write, bytes: &[u8], tail: &Tail) {
    tail.push(bytes);
    // The worker goes on even if nobody takes our output any more.
    let _ = target.write_all(bytes).and_then(|()| target.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_pass_whole_and_the_last_one_is_ended() {
        let tail = Tail::default();
        let mut target = Vec::new();
        copy(&b"one\ntwo\nthree"[..], &mut target, &tail);
        assert_eq!(target, b"one\ntwo\nthree\n");
        assert_eq!(tail.bytes(), target);
        assert_eq!(tail.last_line().as_deref(), Some("three"));
    }

    #[test]
    fn the_tail_is_bounded_and_begins_with_a_line() {
        let tail = Tail::default();
        for number in 0..20_000 {
            tail.push(format!("line {number}\n").as_bytes());
        }
        let text = String::from_utf8(tail.bytes()).unwrap();
        assert!(text.len() <= KEPT && text.len() > KEPT - 20);
        assert!(text.starts_with("line ") && text.ends_with("line 19999\n"));
    }
}
