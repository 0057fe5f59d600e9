//! What is known of a failure.

/// What AWS and the job said. Everything may be missing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Evidence<'a> {
    /// AWS's reason: the step's, the job's or the refused call's.
    pub reason: Option<&'a str>,
    /// The job's secondary status, such as `MaxRuntimeExceeded`.
    pub secondary_status: Option<&'a str>,
    /// The step's or job's final status, such as `Stopped`.
    pub status: Option<&'a str>,
    /// The last lines of the job's output.
    pub log_tail: &'a [String],
    /// The job's instance type, to say which is too small.
    pub instance_type: Option<&'a str>,
}

impl<'a> Evidence<'a> {
    /// The reason, or an empty text.
    pub(super) fn reason(&self) -> &'a str {
        self.reason.unwrap_or_default()
    }

    /// Whether the reason contains one of the texts; capitals do not matter.
    pub(super) fn reason_has(&self, texts: &[&str]) -> bool {
        has(self.reason(), texts)
    }

    /// The newest line of output that contains one of the texts.
    pub(super) fn log_line(&self, texts: &[&str]) -> Option<&'a str> {
        self.log_tail.iter().rev().find(|line| has(line, texts)).map(String::as_str)
    }

    /// The first of reason and log that contains one of the texts.
    pub(super) fn anywhere(&self, texts: &[&str]) -> Option<&'a str> {
        if self.reason_has(texts) { self.reason } else { self.log_line(texts) }
    }

    /// Whether the user's process ended with this exit code.
    pub(super) fn exited_with(&self, code: u32) -> bool {
        let text = format!("exit code: {code}");
        self.reason()
            .match_indices(&text)
            .any(|(at, _)| !self.reason()[at + text.len()..].starts_with(|next: char| next.is_ascii_digit()))
    }

    /// The instance, named as far as it is known.
    pub(super) fn instance(&self) -> String {
        self.instance_type.map_or_else(|| "the instance".to_owned(), |it| format!("`{it}`"))
    }
}

/// Whether `text` contains one of `parts`, which are written in lower case.
pub(super) fn has(text: &str, parts: &[&str]) -> bool {
    let text = text.to_lowercase();
    parts.iter().any(|part| text.contains(part))
}

/// What stands between the first `start` and the next `end` after it.
pub(super) fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let rest = &text[text.find(start)? + start.len()..];
    Some(&rest[..rest.find(end)?])
}
