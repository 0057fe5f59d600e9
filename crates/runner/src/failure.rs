//! How a failure leaves this program: a file for SageMaker's status, a line in the log, an exit code.

use std::io::Write as _;
use std::path::Path;

use sagewright_store::{Cause, CauseKind};

/// Exit code when the user's code failed.
pub(crate) const USER: u8 = 1;
/// Exit code when this program was started wrongly.
pub(crate) const WRONG_USE: u8 = 2;
/// Exit code when the step could not be set up, or its results not be stored.
pub(crate) const SETUP: u8 = 3;
/// Exit code when memory ran out: 128 + SIGKILL.
pub(crate) const OUT_OF_MEMORY: u8 = 137;
/// Exit code when the step was stopped or ran too long: 128 + SIGTERM.
pub(crate) const STOPPED: u8 = 143;

/// SageMaker reads 1024 bytes of the file.
const LONGEST: usize = 1024;

/// The exit code that a cause leads to.
pub(crate) fn exit_code(kind: CauseKind) -> u8 {
    match kind {
        CauseKind::UserException | CauseKind::Exit | CauseKind::Signal | CauseKind::Serialization => USER,
        CauseKind::Setup => SETUP,
        CauseKind::OutOfMemory => OUT_OF_MEMORY,
        CauseKind::Timeout | CauseKind::Stopped => STOPPED,
    }
}

/// Writes the cause where SageMaker picks it up. The job ends in any case, so a failure to write is
/// only said.
pub(crate) fn write(file: &Path, cause: &Cause) {
    let folder = file.parent().expect("the file lies in the output folder");
    let written = fs_err::create_dir_all(folder).and_then(|()| fs_err::write(file, paragraph(cause)));
    if let Err(error) = written {
        say(&error.to_string());
    }
}

/// Puts a line into the job's log.
pub(crate) fn say(line: &str) {
    // There is nobody left to tell if the log itself is gone.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// The cause in one paragraph that fits, the most useful text first.
fn paragraph(cause: &Cause) -> String {
    let summary = cause.summary();
    let mut text = summary.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(hint) = &cause.hint {
        text.push_str("; hint: ");
        text.push_str(hint);
    }
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paragraph_fits_and_stays_text() {
        let cause = Cause::new(CauseKind::Exit, "ä\n".repeat(2000));
        let text = paragraph(&cause);
        assert!(text.len() <= LONGEST && text.len() > LONGEST - 4, "{}", text.len());
        assert!(text.starts_with("ä ä ä"));
    }
}
