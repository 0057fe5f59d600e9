//! From what a dead worker left behind to a named cause.

use std::path::Path;
use std::time::Duration;

use nix::sys::signal::Signal;
use sagewright_store::{Cause, CauseKind};

use super::{End, Ended, Tail};
use crate::oom::Evidence;
use crate::protocol::ErrorFile;

/// Exit code with which shells report that a child of theirs died of SIGKILL.
const SHELL_KILLED: i32 = 137;

/// What tells a job that ran too long from one that was stopped.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// How long the job may run.
    pub(crate) max_runtime: Duration,
    /// How long it has run.
    pub(crate) elapsed: Duration,
}

impl Limits {
    /// The platform's clock started before this program's, by the time it took to start: allow for a
    /// twentieth, at most a minute.
    fn exceeded(self) -> bool {
        let slack = (self.max_runtime / 20).min(Duration::from_mins(1));
        self.elapsed + slack >= self.max_runtime
    }

    /// The cause of an end that the platform asked for.
    pub(crate) fn stop(self) -> Cause {
        if self.exceeded() {
            let seconds = self.max_runtime.as_secs();
            Cause::new(CauseKind::Timeout, format!("the step ran longer than the {seconds} seconds it may"))
                .with_hint("raise `max_runtime_in_seconds` in the step's settings")
        } else {
            Cause::new(CauseKind::Stopped, "the step was stopped from outside")
        }
    }
}

/// Names the cause of a failure, or `None` if the worker says that it succeeded.
pub(crate) fn verdict(ended: &Ended, error_file: &Path, tail: &Tail, limits: Limits) -> Option<Cause> {
    if ended.end == End::Exit(0) && !error_file.exists() {
        return None;
    }
    if ended.stopped {
        let mut cause = limits.stop();
        if ended.killed {
            cause.message.push_str(", and was killed because it did not end by itself");
        }
        return Some(with_end(cause, ended));
    }
    if let Some(cause) = from_file(error_file) {
        return Some(with_end(hint_at_memory(cause, ended), ended));
    }
    let last = tail.last_line().map(|line| format!("; last output: {line}")).unwrap_or_default();
    let cause = match ended.end {
        End::Signal(Signal::SIGKILL) => killed(ended, &last),
        End::Exit(SHELL_KILLED) if ended.out_of_memory == Evidence::Killed => killed(ended, &last),
        End::Signal(signal) => Cause::new(
            CauseKind::Signal,
            format!("the process was ended by {}{}{last}", signal.as_str(), meaning(signal)),
        ),
        End::Exit(code) => hint_at_memory(
            Cause::new(CauseKind::Exit, format!("the process ended with exit code {code}{last}"))
                .with_hint("it ended without an exception: look for `sys.exit` or `os._exit` in the code"),
            ended,
        ),
    };
    Some(with_end(cause, ended))
}

fn killed(ended: &Ended, last: &str) -> Cause {
    let hint = "choose an instance type with more memory, or work on less data at a time";
    match ended.out_of_memory {
        Evidence::Killed => {
            let message = format!("memory ran out and the system killed the process{last}");
            Cause::new(CauseKind::OutOfMemory, message).with_hint(hint)
        }
        Evidence::Unknown => {
            let message =
                format!("the process was killed (SIGKILL), most likely because memory ran out{last}");
            Cause::new(CauseKind::OutOfMemory, message).with_hint(hint)
        }
        Evidence::NotKilled => {
            let message = format!("the process was killed (SIGKILL), but not because memory ran out{last}");
            Cause::new(CauseKind::Signal, message)
                .with_hint("something on the machine, or the step itself, sent the signal")
        }
    }
}

/// A step may notice only that one of its own processes vanished.
fn hint_at_memory(cause: Cause, ended: &Ended) -> Cause {
    if ended.out_of_memory == Evidence::Killed {
        cause.with_hint(
            "while it ran, the system killed a process because memory ran out: choose an instance type with \
             more memory",
        )
    } else {
        cause
    }
}

fn with_end(mut cause: Cause, ended: &Ended) -> Cause {
    match ended.end {
        End::Exit(code) => cause.exit_code = Some(code),
        End::Signal(signal) => cause.signal = Some(signal.as_str().to_owned()),
    }
    cause
}

/// What the worker itself says of its failure.
fn from_file(file: &Path) -> Option<Cause> {
    let text = fs_err::read(file).ok()?;
    let error: ErrorFile = serde_json::from_slice(&text).ok()?;
    let kind = match error.kind.as_str() {
        "Serialization" => CauseKind::Serialization,
        "Setup" => CauseKind::Setup,
        _ => CauseKind::UserException,
    };
    Some(Cause {
        exception_type: error.exception_type,
        file: error.file,
        line: error.line,
        function: error.function,
        traceback: error.traceback,
        hint: error.hint,
        ..Cause::new(kind, error.message)
    })
}

fn meaning(signal: Signal) -> &'static str {
    match signal {
        Signal::SIGSEGV => " (segmentation fault)",
        Signal::SIGBUS => " (bus error)",
        Signal::SIGABRT => " (aborted)",
        Signal::SIGFPE => " (arithmetic error)",
        Signal::SIGILL => " (illegal instruction)",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(end: End, stopped: bool, out_of_memory: Evidence) -> (CauseKind, String) {
        let ended = Ended { end, stopped, killed: false, out_of_memory };
        let limits = Limits { max_runtime: Duration::from_secs(100), elapsed: Duration::from_secs(10) };
        let cause = verdict(&ended, Path::new("/nowhere"), &Tail::default(), limits).unwrap();
        (cause.kind, cause.message)
    }

    #[test]
    fn a_kill_is_called_what_the_counters_say() {
        let kill = End::Signal(Signal::SIGKILL);
        assert_eq!(cause(kill, false, Evidence::Killed).0, CauseKind::OutOfMemory);
        assert_eq!(cause(kill, false, Evidence::Unknown).0, CauseKind::OutOfMemory);
        assert_eq!(cause(kill, false, Evidence::NotKilled).0, CauseKind::Signal);
        assert_eq!(cause(End::Exit(137), false, Evidence::Killed).0, CauseKind::OutOfMemory);
        assert_eq!(cause(End::Exit(137), false, Evidence::NotKilled).0, CauseKind::Exit);
        assert_eq!(cause(kill, true, Evidence::NotKilled).0, CauseKind::Stopped);
    }

    #[test]
    fn the_time_tells_a_timeout_from_a_stop() {
        let stop = |elapsed| {
            let elapsed = Duration::from_secs(elapsed);
            Limits { max_runtime: Duration::from_secs(100), elapsed }.stop().kind
        };
        assert_eq!(stop(50), CauseKind::Stopped);
        assert_eq!(stop(96), CauseKind::Timeout);
        assert_eq!(stop(101), CauseKind::Timeout);
    }
}
