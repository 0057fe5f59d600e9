//! A job host, seen from the endpoint: started, adopted, asked to stop, waited for.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use fs_err as fs;
use fs_err::os::unix::fs::OpenOptionsExt;
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

use super::folder::is_ready;
use super::outcome::{End, Failure};
use crate::host::{Exit, HOST_FILE, HostFile, Identity, PROBE};

/// How often an adopted host is looked at: nobody tells us of the end of a process that is not our child.
const LOOK: Duration = Duration::from_millis(50);
const HOST_LOG: &str = "host.log";

/// Tries in a process of its own whether a private `/opt/ml` can be had.
pub(super) async fn probe(host_command: &[OsString]) -> bool {
    let Some(mut command) = command(host_command) else { return false };
    let status = command.arg(PROBE).stdout(Stdio::null()).stderr(Stdio::null()).status().await;
    match status {
        Ok(status) => status.success(),
        Err(error) => {
            tracing::warn!(%error, "the job host could not be started");
            false
        }
    }
}

/// Writes what a host is to do. From then on it may be started.
pub(super) fn write_file(folder: &Path, file: &HostFile) -> std::io::Result<()> {
    let partial = folder.join(format!("{HOST_FILE}.partial"));
    // It holds the keys that the job calls the endpoint with.
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(&partial)?.write_all(&serde_json::to_vec(file)?)?;
    fs::rename(partial, folder.join(HOST_FILE))
}

/// Sees a host to its end: starts it where nobody has, adopts it where it runs.
pub(super) async fn run(folder: &Path, host_command: &[OsString], stop: &CancellationToken) -> End {
    match attend(folder, host_command, stop).await {
        Ok(end) => end,
        Err(error) => End::Failed(error.into()),
    }
}

async fn attend(folder: &Path, host_command: &[OsString], stop: &CancellationToken) -> std::io::Result<End> {
    if let Some(exit) = Exit::read(folder)? {
        return Ok(End::Exited(exit));
    }
    if Identity::read(folder)?.is_none() {
        if stop.is_cancelled() {
            return Ok(End::Stopped);
        }
        if !is_ready(folder) {
            return Ok(End::Failed(Failure::Internal("the job's folder is incomplete".to_owned())));
        }
        let mut child = spawn(folder, host_command)?;
        wait_for_child(&mut child, stop).await?;
    }
    // A host that found the folder claimed has ended; the one that claimed it is another process.
    if let Some(identity) = Identity::read(folder)? {
        wait_for_other(&identity, stop).await;
    }
    if let Some(exit) = Exit::read(folder)? {
        return Ok(End::Exited(exit));
    }
    kill_entry_point(folder)?;
    if stop.is_cancelled() {
        return Ok(End::Stopped);
    }
    let words = last_words(folder);
    Ok(End::Failed(Failure::Internal(format!(
        "the job's host ended without saying how the job ended{words}"
    ))))
}

/// Ends a job whose host is gone: nobody would see its end.
fn kill_entry_point(folder: &Path) -> std::io::Result<()> {
    if let Some(entry) = Identity::read_entry(folder)?.filter(Identity::is_alive) {
        // It leads its group; it may end right now.
        let _ = killpg(Pid::from_raw(entry.pid), Signal::SIGKILL);
    }
    Ok(())
}

fn spawn(folder: &Path, host_command: &[OsString]) -> std::io::Result<Child> {
    let log = fs::OpenOptions::new().create(true).append(true).open(folder.join(HOST_LOG))?;
    let mut command =
        command(host_command).ok_or_else(|| std::io::Error::other("the host command is empty"))?;
    command.arg(folder).stdout(Stdio::null()).stderr(log.into_file()).spawn()
}

fn command(host_command: &[OsString]) -> Option<Command> {
    let (program, arguments) = host_command.split_first()?;
    let mut command = Command::new(program);
    // A group of its own keeps a Ctrl-C in the endpoint's terminal from the job.
    command.args(arguments).stdin(Stdio::null()).process_group(0).kill_on_drop(false);
    Some(command)
}

async fn wait_for_child(child: &mut Child, stop: &CancellationToken) -> std::io::Result<()> {
    let asked = tokio::select! {
        status = child.wait() => return status.map(|_| ()),
        () = stop.cancelled() => child.id(),
    };
    if let Some(pid) = asked.and_then(|pid| i32::try_from(pid).ok()) {
        terminate(pid);
    }
    child.wait().await.map(|_| ())
}

async fn wait_for_other(identity: &Identity, stop: &CancellationToken) {
    let mut look = tokio::time::interval(LOOK);
    let mut asked = false;
    while identity.is_alive() {
        if stop.is_cancelled() && !asked {
            terminate(identity.pid);
            asked = true;
        }
        look.tick().await;
    }
}

fn terminate(pid: i32) {
    // It may have ended meanwhile, which is what was wanted.
    let _ = kill(Pid::from_raw(pid), Signal::SIGTERM);
}

fn last_words(folder: &Path) -> String {
    let text = fs::read_to_string(folder.join(HOST_LOG)).unwrap_or_default();
    match text.trim().lines().last() {
        Some(line) => format!(": {line}"),
        None => String::new(),
    }
}
