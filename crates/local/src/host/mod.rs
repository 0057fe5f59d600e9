//! The job host: a small process of its own around every job's entry point.
//!
//! It gives the entry point a private `/opt/ml`, stamps its output into the job's log, enforces the
//! maximum runtime, and leaves an `exit.json` behind. Because it is a process of its own, a job survives
//! the endpoint's death and a restarted endpoint adopts it.

mod exit;
mod file;
mod log;
mod namespace;
mod pipe;
mod process;
mod supervise;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

pub use self::exit::{Cause, Exit};
pub use self::file::{HostFile, PipeChannel};
pub use self::process::Identity;

/// Argument that asks for the probe in place of a job.
pub const PROBE: &str = "--probe";
/// Where a job expects its files, on SageMaker and here.
pub const ML_ROOT: &str = "/opt/ml";
/// Name of the file in a job's folder that describes what to run.
pub const HOST_FILE: &str = "job.json";
/// Name of the file in a job's folder that identifies the running host.
pub const IDENTITY_FILE: &str = "host.json";
/// Name of the file in a job's folder that identifies the entry point's process, which leads a group of its own.
pub const ENTRY_FILE: &str = "entry.json";
/// Name of the file in a job's folder that says how the job ended.
pub const EXIT_FILE: &str = "exit.json";
/// Name of the file in a job's folder that holds its output, one `<epoch ms> <line>` per line.
pub const LOG_FILE: &str = "log";

/// Runs a job host: `args` is either the job's folder or [`PROBE`].
///
/// Must be called while the process has one thread only: a user namespace can be entered no other way.
/// The exit code speaks of the host; how the job ended is in `exit.json`.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = args.into_iter().collect();
    match arguments.as_slice() {
        [argument] if argument == PROBE => match namespace::probe() {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(1),
        },
        [directory] => match supervise::run(Path::new(directory)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                report(&error);
                ExitCode::from(3)
            }
        },
        _ => {
            report(&"a job host takes one argument: the folder of its job");
            ExitCode::from(2)
        }
    }
}

/// Writes to stderr, which the endpoint points at `host.log` in the job's folder.
fn report(message: &dyn std::fmt::Display) {
    use std::io::Write;
    // Nobody is left to tell when stderr itself is gone.
    let _ = writeln!(std::io::stderr(), "{message}");
}
