//! Every environment variable the command reads, named and documented once.

use std::ffi::OsString;
use std::path::PathBuf;

/// The folder for everything Sagewright keeps on this machine; `~/.sagewright` by default.
pub(crate) const SAGEWRIGHT_HOME: &str = "SAGEWRIGHT_HOME";
/// What to log to stderr, in `tracing` filter syntax, such as `sagewright=debug`; only warnings by default.
pub(crate) const SAGEWRIGHT_LOG: &str = "SAGEWRIGHT_LOG";
/// The Python that traces pipelines for `sagewright run FILE`; `python3` beside the command or on `PATH` by default.
pub(crate) const SAGEWRIGHT_PYTHON: &str = "SAGEWRIGHT_PYTHON";

/// The value of a variable, where it is set and not empty.
pub(crate) fn read(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The user's home directory.
pub(crate) fn home_directory() -> Option<PathBuf> {
    std::env::home_dir()
}

/// The name of the person who runs the command, for the run record.
pub(crate) fn user_name() -> String {
    let user = nix::unistd::User::from_uid(nix::unistd::getuid()).ok().flatten();
    user.map_or_else(|| "unknown".to_owned(), |user| user.name)
}

/// Sends log events to stderr, away from data.
///
/// An event that cannot be written, as when stderr is a file on a full disk, is dropped: reporting that on stderr again
/// would end the thread.
pub(crate) fn start_tracing() {
    let filter = tracing_subscriber::EnvFilter::try_from_env(SAGEWRIGHT_LOG)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .log_internal_errors(false)
        .with_target(true);
    // A second initialisation can only happen in tests that share a process.
    let _ = subscriber.try_init();
}
