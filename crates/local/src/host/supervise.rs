//! One job from the start of its entry point to its `exit.json`.

use std::ffi::OsString;
use std::io::PipeReader;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use fs_err as fs;
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{WaitStatus, wait};
use nix::unistd::Pid;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::exit::{Cause, Exit, Reserved};
use super::file::HostFile;
use super::log::LineLog;
use super::process::Identity;
use super::{HOST_FILE, LOG_FILE, namespace, pipe};
use crate::clock::now;

/// How long the output of processes that escaped from the job is still waited for.
const DRAIN: Duration = Duration::from_secs(2);
/// How long the processes of the job's group get to be gone, before others are looked for.
const PATIENCE: Duration = Duration::from_millis(5);
/// How long the job's left-over processes are hunted.
const CLEAN_UP: Duration = Duration::from_secs(5);
/// A deadline that never comes.
const NEVER: Duration = Duration::from_hours(100 * 365 * 24);

/// What the host's threads tell its main thread.
enum Event {
    /// The entry point ended.
    Ended(WaitStatus),
    /// No child is left.
    Alone,
    /// The host was asked to stop the job.
    Asked,
    /// The output of the job ended.
    Drained,
}

/// Runs the job of a folder to its end.
pub(crate) fn run(directory: &Path) -> std::io::Result<()> {
    let directory = &fs::canonicalize(directory)?;
    let file: HostFile = serde_json::from_slice(&fs::read(directory.join(HOST_FILE))?)?;
    if !Identity::own()?.claim(directory)? {
        return Err(std::io::Error::other("another host has claimed this job"));
    }
    let reserved = Reserved::new(directory)?;
    let signals = Signals::new([SIGTERM, SIGINT])?;
    let exit = match prepare(&file) {
        Ok(()) => supervise(directory, &file, signals),
        Err(error) => failed_to_start(None, format!("failed to prepare the job: {error}")),
    };
    reserved.write(&exit)
}

fn prepare(file: &HostFile) -> std::io::Result<()> {
    for pipe in &file.pipes {
        pipe::prepare(&file.ml, pipe)?;
    }
    if file.private_mount {
        namespace::enter(&file.ml, &file.read_only)?;
    }
    // Processes that a job leaves behind become children of its host, which then finds them.
    nix::sys::prctl::set_child_subreaper(true)?;
    Ok(())
}

fn supervise(directory: &Path, file: &HostFile, signals: Signals) -> Exit {
    let (sender, events) = channel();
    let started_at = now();
    let main = match spawn(directory, file, &sender) {
        Ok(main) => main,
        Err(exit) => return exit,
    };
    watch(&sender, signals);
    serve_pipes(file);

    let mut drained = false;
    let (cause, status) = follow(file, main, &events, &mut drained);
    let ended_at = now();
    clean_up(main, &events, drained);
    let (exit_code, signal) = match status {
        WaitStatus::Signaled(_, signal, _) => (None, Some(signal as i32)),
        WaitStatus::Exited(_, code) => (Some(code), None),
        _ => (None, None),
    };
    let cause = cause.unwrap_or(if signal.is_some() { Cause::Signal } else { Cause::Exit });
    Exit { exit_code, signal, started_at, ended_at, cause, message: None }
}

/// Starts the entry point and the thread that reads its output.
fn spawn(directory: &Path, file: &HostFile, sender: &Sender<Event>) -> Result<Pid, Exit> {
    let internal = |error: std::io::Error| failed_to_start(None, error.to_string());
    let Some((program, arguments)) = file.command.split_first() else {
        return Err(failed_to_start(None, "the job has no command".to_owned()));
    };
    let mut log = LineLog::open(&directory.join(LOG_FILE)).map_err(internal)?;
    let (output, input) = std::io::pipe().map_err(internal)?;
    let spawned = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(inherited(file))
        .envs(&file.environment)
        .current_dir(&file.directory)
        .stdin(Stdio::null())
        .stdout(input.try_clone().map_err(internal)?)
        .stderr(input)
        .process_group(0)
        .spawn();
    match spawned {
        Ok(child) => {
            let pid = i32::try_from(child.id()).expect("a pid of Linux fits in 22 bits");
            // Without it the job runs as well; it is for the day its host is killed.
            if let Ok(Some(identity)) = Identity::of(pid) {
                let _ = identity.write_entry(directory);
            }
            read_output(log, output, sender.clone());
            Ok(Pid::from_raw(pid))
        }
        Err(error) => {
            let code = match error.raw_os_error().map(Errno::from_raw) {
                Some(Errno::ENOENT | Errno::ENOTDIR) => Some(127),
                Some(Errno::EACCES | Errno::ENOEXEC | Errno::EISDIR) => Some(126),
                _ => None,
            };
            let message = format!("failed to start the entry point `{program}`: {error}");
            let _ = log.push(format!("{message}\n").as_bytes(), now().as_millisecond());
            Err(failed_to_start(code, message))
        }
    }
}

/// What the job gets of the host's own environment.
fn inherited(file: &HostFile) -> Vec<(&str, OsString)> {
    let mut variables: Vec<(&str, OsString)> =
        file.inherit.iter().filter_map(|name| Some((name.as_str(), std::env::var_os(name)?))).collect();
    if let (Some(folder), Some((_, path))) =
        (&file.path_prepend, variables.iter_mut().find(|(name, _)| *name == "PATH"))
    {
        let mut folders = folder.clone().into_os_string();
        folders.push(":");
        folders.push(&path);
        *path = folders;
    }
    variables
}

fn failed_to_start(exit_code: Option<i32>, message: String) -> Exit {
    let now = now();
    Exit {
        exit_code,
        signal: None,
        started_at: now,
        ended_at: now,
        cause: Cause::Spawn,
        message: Some(message),
    }
}

fn read_output(mut log: LineLog<fs::File>, output: PipeReader, sender: Sender<Event>) {
    std::thread::spawn(move || {
        log.copy(output, || now().as_millisecond());
        // The main thread may have stopped listening.
        let _ = sender.send(Event::Drained);
    });
}

/// Starts the threads that report the end of processes and the signals to the host.
fn watch(sender: &Sender<Event>, mut signals: Signals) {
    let asked = sender.clone();
    std::thread::spawn(move || {
        for _ in signals.forever() {
            if asked.send(Event::Asked).is_err() {
                break;
            }
        }
    });
    let ended = sender.clone();
    std::thread::spawn(move || {
        loop {
            let event = match wait() {
                Ok(status) => Event::Ended(status),
                Err(Errno::EINTR) => continue,
                Err(_) => Event::Alone,
            };
            let last = matches!(event, Event::Alone);
            if ended.send(event).is_err() || last {
                break;
            }
        }
    });
}

fn serve_pipes(file: &HostFile) {
    for channel in &file.pipes {
        let (ml, channel) = (file.ml.clone(), channel.clone());
        std::thread::spawn(move || {
            if let Err(error) = pipe::serve(&ml, &channel) {
                super::report(&format_args!("channel `{}`: {error}", channel.path.display()));
            }
        });
    }
}

/// Waits for the end of the entry point, and brings it about when it is asked to or the time is up.
fn follow(
    file: &HostFile,
    main: Pid,
    events: &Receiver<Event>,
    drained: &mut bool,
) -> (Option<Cause>, WaitStatus) {
    let mut cause = None;
    let mut deadline = after(Duration::from_secs(file.max_runtime_seconds));
    loop {
        let request = match events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Event::Ended(status)) if status.pid() == Some(main) => return (cause, status),
            Ok(Event::Asked) => Cause::Stopped,
            Err(RecvTimeoutError::Timeout) if cause.is_some() => {
                let _ = killpg(main, Signal::SIGKILL);
                deadline = after(NEVER);
                continue;
            }
            Err(RecvTimeoutError::Timeout) => Cause::Timeout,
            Ok(Event::Drained) => {
                *drained = true;
                continue;
            }
            // Some orphan of the job.
            Ok(Event::Ended(_) | Event::Alone) => continue,
            Err(RecvTimeoutError::Disconnected) => {
                unreachable!("the sender of this channel lives in the waiting thread until the child ended")
            }
        };
        if cause.is_none() {
            cause = Some(request);
            let _ = killpg(main, Signal::SIGTERM);
            deadline = after(Duration::from_secs(file.grace_seconds));
        }
    }
}

fn after(duration: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(duration).unwrap_or_else(|| now + NEVER)
}

/// Kills what the job left running, as the end of a container would, and waits for the last output.
fn clean_up(main: Pid, events: &Receiver<Event>, mut drained: bool) {
    let _ = killpg(main, Signal::SIGKILL);
    let mut alone = false;
    let end = after(CLEAN_UP);
    let mut drain_end = after(CLEAN_UP + DRAIN);
    while !(alone && drained) && Instant::now() < end.max(drain_end) {
        match events.recv_timeout(PATIENCE) {
            Ok(Event::Alone) => {
                alone = true;
                drain_end = after(DRAIN);
            }
            Ok(Event::Drained) => drained = true,
            // Something has left the group: it is a child of the host now.
            Err(RecvTimeoutError::Timeout) if !alone => {
                for child in children() {
                    let _ = kill(child, Signal::SIGKILL);
                }
            }
            Ok(_) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
}

/// The processes whose parent the host is.
fn children() -> Vec<Pid> {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else { return Vec::new() };
    tasks
        .flatten()
        .filter_map(|task| fs::read_to_string(task.path().join("children")).ok())
        .flat_map(|line| line.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<i32>>())
        .map(Pid::from_raw)
        .collect()
}
