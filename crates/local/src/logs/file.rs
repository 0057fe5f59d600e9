//! One log file: lines of `<epoch ms> <text>`, in the order of time.

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use fs_err as fs;

use super::{EVENT_OVERHEAD, MAX_BYTES};

/// Bytes read at a time when going backwards; more than the longest line.
const CHUNK: u64 = 512 * 1024;

/// One event and where it is in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) timestamp: i64,
    pub(super) message: String,
    /// Where its line begins.
    pub(super) begin: u64,
    /// Where the next line begins.
    pub(super) end: u64,
}

/// A log file that may still grow. Only complete lines are seen.
#[derive(Debug)]
pub(super) struct LogFile {
    reader: BufReader<fs::File>,
    /// Where the reader is.
    position: u64,
    length: u64,
}

impl LogFile {
    pub(super) fn open(path: &Path) -> std::io::Result<Self> {
        let file = fs::File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self { reader: BufReader::new(file), position: 0, length })
    }

    /// Goes to the line that begins at `offset`.
    pub(super) fn seek(&mut self, offset: u64) -> std::io::Result<()> {
        self.position = offset.min(self.length);
        self.reader.seek(SeekFrom::Start(self.position)).map(|_| ())
    }

    /// The next event.
    pub(super) fn next(&mut self) -> std::io::Result<Option<Event>> {
        let mut line = Vec::new();
        let read = self.reader.read_until(b'\n', &mut line)? as u64;
        if line.last() != Some(&b'\n') {
            // Not finished yet: the next look at the file begins with it.
            return Ok(None);
        }
        let begin = self.position;
        self.position += read;
        Ok(Some(event(&line, begin)))
    }

    /// The place of the first event at or after `time`, found by bisection.
    pub(super) fn find(&mut self, time: i64) -> std::io::Result<u64> {
        let (mut low, mut high) = (0, self.length);
        while low < high {
            let middle = u64::midpoint(low, high);
            let begin = self.line_at(middle)?;
            self.seek(begin)?;
            match self.next()? {
                Some(event) if event.timestamp < time => low = event.end.max(middle + 1),
                _ => high = middle,
            }
        }
        self.line_at(low)
    }

    /// Where the first line that begins at or after `offset` begins.
    fn line_at(&mut self, offset: u64) -> std::io::Result<u64> {
        if offset == 0 {
            return Ok(0);
        }
        self.seek(offset - 1)?;
        let mut skipped = Vec::new();
        let read = self.reader.read_until(b'\n', &mut skipped)? as u64;
        Ok(offset - 1 + read)
    }

    /// The last events before `end`, at most `limit` of them, oldest first.
    pub(super) fn before(&mut self, end: u64, limit: usize) -> std::io::Result<Vec<Event>> {
        let end = end.min(self.length);
        let mut begin = end;
        let mut bytes = Vec::new();
        let mut lines = 0;
        loop {
            if begin == 0 || lines > limit + 1 || bytes.len() > 2 * MAX_BYTES {
                break;
            }
            let from = begin.saturating_sub(CHUNK);
            let mut chunk = Vec::new();
            self.seek(from)?;
            self.reader.by_ref().take(begin - from).read_to_end(&mut chunk)?;
            lines += chunk.split(|byte| *byte == b'\n').count() - 1;
            chunk.append(&mut bytes);
            (bytes, begin) = (chunk, from);
        }
        let mut events = Vec::new();
        let mut position = begin;
        for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let partial = (index == 0 && begin > 0) || line.last() != Some(&b'\n');
            if !partial {
                events.push(event(line, position));
            }
            position += line.len() as u64;
        }
        let mut size = 0;
        let kept = events
            .iter()
            .rev()
            .take(limit)
            .take_while(|event| {
                size += event.message.len() + EVENT_OVERHEAD;
                size <= MAX_BYTES
            })
            .count();
        Ok(events.split_off(events.len() - kept))
    }

    /// Times of the first and the last event.
    pub(super) fn span(&mut self) -> std::io::Result<(Option<i64>, Option<i64>)> {
        self.seek(0)?;
        let first = self.next()?.map(|event| event.timestamp);
        let last = self.before(self.length, 1)?.pop().map(|event| event.timestamp);
        Ok((first, last))
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }
}

fn event(line: &[u8], begin: u64) -> Event {
    let end = begin + line.len() as u64;
    let line = String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(line));
    let (time, message) = line.split_once(' ').unwrap_or((&line, ""));
    // The service knows no event without text.
    let message = if message.is_empty() { " " } else { message };
    Event { timestamp: time.parse().unwrap_or_default(), message: message.to_owned(), begin, end }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(lines: &[&str]) -> (tempfile::TempDir, LogFile) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, lines.concat()).unwrap();
        let log = LogFile::open(&path).unwrap();
        (folder, log)
    }

    #[test]
    fn a_time_is_found_by_bisection() {
        let lines: Vec<String> =
            (0..50).map(|n| format!("{} line {}\n", 1000 + n / 2 * 10, "x".repeat(n))).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let (_folder, mut log) = log(&lines);
        for time in 990..1260 {
            let expected: usize = lines
                .iter()
                .take_while(|line| line.split(' ').next().unwrap().parse::<i64>().unwrap() < time)
                .map(|line| line.len())
                .sum();
            assert_eq!(log.find(time).unwrap(), expected as u64, "{time}");
        }
    }

    #[test]
    fn the_last_events_are_read_backwards() {
        let (_folder, mut log) = log(&["1 a\n", "2 b\n", "3 c\n", "4 not fin"]);
        let texts = |events: Vec<Event>| events.into_iter().map(|event| event.message).collect::<Vec<_>>();
        let end = log.length();
        assert_eq!(texts(log.before(end, 2).unwrap()), ["b", "c"]);
        assert_eq!(texts(log.before(8, 5).unwrap()), ["a", "b"]);
        assert_eq!(log.span().unwrap(), (Some(1), Some(3)));
    }
}
