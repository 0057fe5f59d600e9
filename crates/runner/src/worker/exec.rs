//! Between fork and exec. What a child must do to itself before it becomes the worker needs code that
//! runs in the child; instead of unsafe code there, this program is started once more and does it here.

use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};

use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::unistd::getppid;

use crate::args::Exec;
use crate::failure;
use crate::protocol::{ErrorFile, VERSION};

/// Exit code of a worker that could not be started, as of a shell.
const NOT_STARTED: u8 = 126;
/// How readily the system picks the worker when memory runs out, from -1000 to 1000. It should pick
/// the worker before the supervisor, which has to tell what happened.
const OOM_SCORE: i32 = 500;

/// Becomes the worker. Returns only if that fails.
pub(crate) fn exec(exec: &Exec) -> ExitCode {
    // A worker does not outlive its supervisor: nobody would store what it produces. The supervisor
    // may have died before this took effect, which shows in the parent.
    if set_pdeathsig(Signal::SIGKILL).is_err() || getppid().as_raw().cast_unsigned() != exec.parent {
        return ExitCode::from(NOT_STARTED);
    }
    prefer_for_oom_kill();
    let error = Command::new(&exec.program).args(&exec.args).exec();
    let message = format!("the worker cannot be started: `{}`: {error}", exec.program.display());
    failure::say(&message);
    let hint = (error.kind() == std::io::ErrorKind::NotFound)
        .then_some("it is there, so what is missing is the interpreter that its first line names");
    let file = ErrorFile {
        version: VERSION,
        kind: "Setup".to_owned(),
        exception_type: None,
        message,
        traceback: None,
        file: None,
        line: None,
        function: None,
        hint: hint.map(str::to_owned),
    };
    let json = serde_json::to_vec(&file).expect("the file holds only text");
    // If it cannot be written, the exit code still tells that the worker failed.
    let _ = fs_err::write(&exec.error, json);
    ExitCode::from(NOT_STARTED)
}

/// Raising one's own score needs no privilege; where it fails the system's own choice stands.
fn prefer_for_oom_kill() {
    const FILE: &str = "/proc/self/oom_score_adj";
    let current = fs_err::read_to_string(FILE).ok().and_then(|text| text.trim().parse::<i32>().ok());
    if current.is_some_and(|current| current < OOM_SCORE) {
        let _ = fs_err::write(FILE, OOM_SCORE.to_string());
    }
}
