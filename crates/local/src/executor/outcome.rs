//! From exits to the words in which SageMaker describes the end of a job.

use std::io::Read;
use std::path::Path;

use fs_err as fs;
use jiff::Timestamp;

use crate::engine::{JobEnd, JobKind, JobOutcome};
use crate::host::{Cause, Exit};
use crate::s3::StorageError;

/// Longest `FailureReason`, in characters.
const MAX_REASON: usize = 1024;
/// Longest `ExitMessage`, in bytes.
const MAX_EXIT_MESSAGE: usize = 1024;

/// Why a job failed, other than by its own program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The request, or the data it names.
    Client(String),
    /// This endpoint or this machine.
    Internal(String),
}

impl Failure {
    /// The text of `FailureReason`.
    fn reason(&self) -> String {
        match self {
            Self::Client(message) => format!("ClientError: {message}"),
            Self::Internal(message) => format!("InternalServerError: {message}"),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Io(error) => error.into(),
            other => Self::Client(other.to_string()),
        }
    }
}

/// How the hosts of a job ended, as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// The program ended.
    Exited(Exit),
    /// It never began, or its end is not known, because somebody asked it to stop.
    Stopped,
    /// It never began, or its end is not known, because of something else.
    Failed(Failure),
}

impl End {
    /// Whether the program did what it was to do.
    pub(super) fn status(&self) -> JobEnd {
        match self {
            Self::Stopped => JobEnd::Stopped,
            Self::Failed(_) => JobEnd::Failed,
            Self::Exited(exit) => match exit.cause {
                Cause::Stopped => JobEnd::Stopped,
                Cause::Timeout => JobEnd::MaxRuntimeExceeded,
                _ if exit.exit_code == Some(0) => JobEnd::Completed,
                _ => JobEnd::Failed,
            },
        }
    }
}

/// Describes the end of a job; `ml` holds the files its program left.
pub(super) fn describe(kind: JobKind, end: &End, ml: &Path, ended_at: Timestamp) -> JobOutcome {
    let mut outcome = JobOutcome {
        status: end.status(),
        failure_reason: None,
        exit_message: None,
        started_at: match end {
            End::Exited(exit) => Some(exit.started_at),
            End::Stopped | End::Failed(_) => None,
        },
        ended_at,
    };
    if kind == JobKind::Processing {
        match exit_message(ml) {
            Ok(message) => outcome.exit_message = message,
            Err(failure) => {
                outcome.status = JobEnd::Failed;
                outcome.failure_reason = Some(failure.reason());
            }
        }
    }
    if outcome.status == JobEnd::Failed && outcome.failure_reason.is_none() {
        outcome.failure_reason = Some(match end {
            End::Exited(exit) => program_failure(kind, exit, ml),
            End::Failed(failure) => cut(&failure.reason(), MAX_REASON),
            End::Stopped => unreachable!("a stopped job has not failed"),
        });
    }
    outcome
}

/// Turns an outcome into a failure, as when its uploads did not work.
pub(super) fn fail(outcome: &mut JobOutcome, failure: &Failure) {
    outcome.status = JobEnd::Failed;
    outcome.failure_reason = Some(cut(&failure.reason(), MAX_REASON));
}

fn program_failure(kind: JobKind, exit: &Exit, ml: &Path) -> String {
    if exit.cause == Cause::Spawn && exit.exit_code.is_none() {
        let message = exit.message.as_deref().unwrap_or("the job could not be started");
        return cut(&Failure::Internal(message.to_owned()).reason(), MAX_REASON);
    }
    let text = match kind {
        JobKind::Training => failure_file(ml),
        JobKind::Processing => String::new(),
    };
    let tail = format!(", exit code: {}", exit.code());
    let head = cut(&format!("AlgorithmError: {text}"), MAX_REASON - tail.chars().count());
    format!("{head}{tail}")
}

/// The first 1024 characters of `/opt/ml/output/failure`.
fn failure_file(ml: &Path) -> String {
    // Four bytes are the longest character.
    let bytes = first_bytes(&ml.join("output/failure"), 4 * MAX_REASON).unwrap_or_default();
    cut(String::from_utf8_lossy(&bytes).trim(), MAX_REASON)
}

/// The first KiB of `/opt/ml/output/message`.
fn exit_message(ml: &Path) -> Result<Option<String>, Failure> {
    let Some(bytes) = first_bytes(&ml.join("output/message"), MAX_EXIT_MESSAGE) else { return Ok(None) };
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Some(text.to_owned()).filter(|text| !text.is_empty())),
        // Only the cut may have gone through a character.
        Err(error) if error.error_len().is_none() && bytes.len() == MAX_EXIT_MESSAGE => {
            Ok(Some(String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned()))
        }
        Err(_) => Err(Failure::Client("/opt/ml/output/message is not valid UTF-8".to_owned())),
    }
}

/// The start of a regular file, if there is one.
fn first_bytes(path: &Path, limit: usize) -> Option<Vec<u8>> {
    if !fs::symlink_metadata(path).ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(limit as u64).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn cut(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exit(cause: Cause, exit_code: Option<i32>, signal: Option<i32>) -> End {
        let time = Timestamp::UNIX_EPOCH;
        End::Exited(Exit { exit_code, signal, started_at: time, ended_at: time, cause, message: None })
    }

    fn check(
        kind: JobKind,
        file: Option<(&str, &[u8])>,
        end: &End,
        status: JobEnd,
        reason: Option<&str>,
    ) -> JobOutcome {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("output")).unwrap();
        if let Some((name, content)) = file {
            fs::write(folder.path().join(name), content).unwrap();
        }
        let outcome = describe(kind, end, folder.path(), Timestamp::UNIX_EPOCH);
        assert_eq!(outcome.status, status);
        assert_eq!(outcome.failure_reason.as_deref(), reason);
        outcome
    }

    #[test]
    fn exits_have_sagemakers_words() {
        use JobEnd::{Completed, Failed, MaxRuntimeExceeded, Stopped};
        use JobKind::{Processing, Training};
        let failed = exit(Cause::Exit, Some(3), None);
        check(Training, None, &exit(Cause::Exit, Some(0), None), Completed, None);
        check(Training, None, &failed, Failed, Some("AlgorithmError: , exit code: 3"));
        let file = Some(("output/failure", b"bad data\n".as_slice()));
        check(Training, file, &failed, Failed, Some("AlgorithmError: bad data, exit code: 3"));
        check(Processing, None, &failed, Failed, Some("AlgorithmError: , exit code: 3"));
        let killed = exit(Cause::Signal, None, Some(9));
        check(Training, None, &killed, Failed, Some("AlgorithmError: , exit code: 137"));
        check(Training, None, &exit(Cause::Timeout, None, Some(15)), MaxRuntimeExceeded, None);
        check(Training, None, &exit(Cause::Stopped, Some(0), None), Stopped, None);
    }

    #[test]
    fn a_long_failure_keeps_its_exit_code() {
        let long = "é".repeat(3000);
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("output")).unwrap();
        fs::write(folder.path().join("output/failure"), long).unwrap();
        let end = exit(Cause::Exit, Some(1), None);
        let outcome = describe(JobKind::Training, &end, folder.path(), Timestamp::UNIX_EPOCH);
        let reason = outcome.failure_reason.unwrap();
        assert_eq!(reason.chars().count(), MAX_REASON);
        assert!(reason.ends_with("é, exit code: 1"));
    }

    #[test]
    fn an_exit_message_must_be_text() {
        let end = exit(Cause::Exit, Some(0), None);
        let kind = JobKind::Processing;
        let told = check(kind, Some(("output/message", b"hello")), &end, JobEnd::Completed, None);
        assert_eq!(told.exit_message.as_deref(), Some("hello"));
        let reason = "ClientError: /opt/ml/output/message is not valid UTF-8";
        check(kind, Some(("output/message", b"a\xff")), &end, JobEnd::Failed, Some(reason));
        let long = [b"x".as_slice(), "é".repeat(600).as_bytes()].concat();
        let cut = check(kind, Some(("output/message", &long)), &end, JobEnd::Completed, None);
        assert_eq!(cut.exit_message.unwrap().len(), 1023);
    }
}
