//! Starting the worker, waiting for it, and ending it when the platform asks for that.

use std::future::Future;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::Instant;

use super::Launch;
use super::log::{Tail, pump};
use crate::error::Error;
use crate::oom::{Counters, Evidence};

/// How long to wait for the end of the worker's output after the worker is gone. Processes that left
/// its group may hold it open for ever.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How a worker ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) end: End,
    /// The platform asked for the end.
    pub(crate) stopped: bool,
    /// This program sent the SIGKILL.
    pub(crate) killed: bool,
    /// Whether the system killed something meanwhile because memory ran out.
    pub(crate) out_of_memory: Evidence,
}

/// What the process left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Exit(i32),
    Signal(Signal),
}

/// Runs the worker to its end. When `stop` is ready, its process group gets SIGTERM, and SIGKILL if it
/// is still there after `grace`.
pub(crate) async fn run(
    launch: &Launch,
    tail: &Tail,
    stop: impl Future<Output = ()>,
    grace: Duration,
) -> Result<Ended, Error> {
    let program = launch.program()?;
    let failed = |source| Error::Spawn { program: program.display().to_string(), source };
    let mut children = signal(SignalKind::child()).map_err(failed)?;
    let before = Counters::read();

    let mut child = spawn(launch, &program).map_err(failed)?;
    let group = Pid::from_raw(child.id().cast_signed());
    let stdout = child.stdout.take().expect("the output was asked for");
    let stderr = child.stderr.take().expect("the output was asked for");
    let stdout = pump(stdout, std::io::stdout(), tail.clone()).map_err(failed)?;
    let stderr = pump(stderr, std::io::stderr(), tail.clone()).map_err(failed)?;

    let mut stop = std::pin::pin!(stop);
    let (mut stopped, mut killed) = (false, false);
    let mut deadline = Instant::now();
    let end = loop {
        if let Some(end) = reap(group) {
            break end;
        }
        tokio::select! {
            _ = children.recv() => {}
            () = &mut stop, if !stopped => {
                stopped = true;
                deadline = Instant::now() + grace;
                send(group, Signal::SIGTERM);
            }
            () = tokio::time::sleep_until(deadline), if stopped && !killed => {
                killed = true;
                send(group, Signal::SIGKILL);
            }
        }
    };
    // What the worker left running in its group would hold the job open and its output, too.
    send(group, Signal::SIGKILL);
    let last_words = async { tokio::join!(stdout, stderr) };
    let _ = tokio::time::timeout(LAST_WORDS, last_words).await;
    reap(group);
    Ok(Ended { end, stopped, killed, out_of_memory: Counters::read().since(&before) })
}

fn spawn(launch: &Launch, program: &std::path::Path) -> std::io::Result<Child> {
    let mut command = Command::new("/proc/self/exe");
    command
        .arg("--exec")
        .arg(std::process::id().to_string())
        .arg(&launch.error_file)
        .arg(program)
        .args(&launch.command[1..])
        .envs(&launch.variables)
        .env("PATH", &launch.path)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    if let Some(folder) = &launch.folder {
        command.current_dir(folder);
    }
    command.spawn()
}

/// Collects all children that have ended. As the first process of a container this program inherits
/// processes that it never started. Says how `worker` ended, if it did.
fn reap(worker: Pid) -> Option<End> {
    let mut found = None;
    loop {
        match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::Exited(pid, code)) if pid == worker => found = Some(End::Exit(code)),
            Ok(WaitStatus::Signaled(pid, signal, _)) if pid == worker => found = Some(End::Signal(signal)),
            Ok(WaitStatus::StillAlive) | Err(Errno::ECHILD) => return found,
            Ok(_) | Err(_) => {}
        }
    }
}

fn send(group: Pid, signal: Signal) {
    // The group may be gone already, which is what is wanted.
    let _ = killpg(group, signal);
}
