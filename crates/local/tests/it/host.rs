//! The job host with real processes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fs_err as fs;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sagewright_local::host::{Cause, Exit, HostFile, Identity, PipeChannel};

use crate::support::{HOST, wait_until};

struct Job {
    folder: tempfile::TempDir,
}

impl Job {
    fn new(script: &str, change: impl FnOnce(&mut HostFile)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["ml/input/data", "ml/output", "work"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        let mut file = HostFile {
            command: vec!["sh".to_owned(), "-c".to_owned(), script.to_owned()],
            inherit: vec!["PATH".to_owned()],
            path_prepend: None,
            environment: BTreeMap::new(),
            directory: folder.path().join("work"),
            ml: folder.path().join("ml"),
            private_mount: false,
            read_only: Vec::new(),
            pipes: Vec::new(),
            max_runtime_seconds: 60,
            grace_seconds: 20,
        };
        file.environment.insert("SAGEWRIGHT_ML_ROOT".to_owned(), file.ml.display().to_string());
        change(&mut file);
        fs::write(folder.path().join("job.json"), serde_json::to_vec(&file).unwrap()).unwrap();
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn start(&self) -> Child {
        Command::new(HOST).arg(self.path()).stdin(Stdio::null()).spawn().unwrap()
    }

    fn run(&self) -> Exit {
        let status = self.start().wait().unwrap();
        assert!(status.success(), "{status}");
        Exit::read(self.path()).unwrap().unwrap()
    }

    fn log(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path().join("log")).unwrap_or_default();
        text.lines().map(|line| line.split_once(' ').map_or("", |(_, text)| text).to_owned()).collect()
    }

    fn wait_for_line(&self, line: &str) {
        wait_until(line, || self.log().iter().any(|found| found == line));
    }
}

fn private() -> bool {
    Command::new(HOST).arg("--probe").status().unwrap().success()
}

#[test]
fn output_is_stamped_and_the_exit_code_kept() {
    let job = Job::new("echo out; echo err >&2; printf 'no end'; exit 7", |_| {});
    let exit = job.run();
    assert_eq!((exit.exit_code, exit.signal, exit.cause), (Some(7), None, Cause::Exit));
    assert!(exit.ended_at >= exit.started_at);
    assert_eq!(job.log(), ["out", "err", "no end"]);
    let log = fs::read_to_string(job.path().join("log")).unwrap();
    let stamp: i64 = log.split(' ').next().unwrap().parse().unwrap();
    assert!((exit.started_at.as_millisecond()..=jiff::Timestamp::now().as_millisecond()).contains(&stamp));
}

#[test]
fn nothing_but_the_named_variables_is_inherited() {
    let job = Job::new("env | cut -d= -f1 | sort", |file| {
        file.environment.insert("OWN".to_owned(), "1".to_owned());
    });
    job.run();
    // The shell itself adds the last two.
    let mut names = job.log();
    names.retain(|name| name != "PWD" && name != "OLDPWD" && name != "_" && name != "SHLVL");
    assert_eq!(names, ["OWN", "PATH", "SAGEWRIGHT_ML_ROOT"]);
}

#[test]
fn a_folder_can_be_put_in_front_of_the_path() {
    let job = Job::new("echo $PATH", |file| file.path_prepend = Some(PathBuf::from("/opt/own/bin")));
    job.run();
    assert!(job.log()[0].starts_with("/opt/own/bin:"), "{:?}", job.log());
}

#[test]
fn a_missing_entry_point_is_127_and_an_unusable_one_126() {
    let missing = Job::new("", |file| file.command = vec!["/no/such/program".to_owned()]);
    let exit = missing.run();
    assert_eq!((exit.exit_code, exit.cause), (Some(127), Cause::Spawn));
    assert!(missing.log()[0].contains("/no/such/program"), "{:?}", missing.log());
    let folder = Job::new("", |file| file.command = vec!["/tmp".to_owned()]);
    assert_eq!(folder.run().exit_code, Some(126));
}

#[test]
fn a_signal_is_told_apart_from_an_exit() {
    let exit = Job::new("kill -SEGV $$", |_| {}).run();
    assert_eq!((exit.exit_code, exit.signal, exit.cause), (None, Some(11), Cause::Signal));
    assert_eq!(exit.code(), 139);
}

#[test]
fn the_time_limit_asks_and_then_kills() {
    let polite = Job::new("trap 'echo bye; exit 0' TERM; while :; do :; done", |file| {
        file.max_runtime_seconds = 1;
    });
    let exit = polite.run();
    assert_eq!((exit.exit_code, exit.cause), (Some(0), Cause::Timeout));
    assert_eq!(polite.log(), ["bye"]);

    let deaf = Job::new("trap '' TERM; while :; do :; done", |file| {
        file.max_runtime_seconds = 1;
        file.grace_seconds = 1;
    });
    let exit = deaf.run();
    assert_eq!((exit.signal, exit.cause), (Some(9), Cause::Timeout));
}

#[test]
fn a_stop_reaches_the_whole_group() {
    let job =
        Job::new("trap 'exit 0' TERM; sh -c 'echo ready; exec cat /dev/zero > /dev/null' & wait", |_| {});
    let mut host = job.start();
    job.wait_for_line("ready");
    kill(Pid::from_raw(i32::try_from(host.id()).unwrap()), Signal::SIGTERM).unwrap();
    assert!(host.wait().unwrap().success());
    let exit = Exit::read(job.path()).unwrap().unwrap();
    assert_eq!(exit.cause, Cause::Stopped);
}

#[test]
fn processes_left_behind_end_with_the_job() {
    // One stays in the group, one leaves it; both keep the output open.
    let job = Job::new(
        "cat /dev/zero > /dev/null & echo $!; setsid sh -c 'echo $$; cat /dev/zero > /dev/null' & while [ $(wc -l < ../log) -lt 2 ]; do :; done",
        |_| {},
    );
    let begin = Instant::now();
    let exit = job.run();
    assert_eq!(exit.cause, Cause::Exit);
    assert!(begin.elapsed() < Duration::from_secs(4), "{:?}", begin.elapsed());
    let pids: Vec<i32> = job.log().iter().map(|line| line.parse().unwrap()).collect();
    assert_eq!(pids.len(), 2);
    for pid in pids {
        wait_until("the end of a left-over process", || Identity::of(pid).unwrap().is_none());
    }
}

#[test]
fn opt_ml_is_private_where_the_system_allows_it() {
    if !private() {
        // The other form is what every other test here uses.
        return;
    }
    let job = Job::new("echo mine > /opt/ml/output/message; ls /opt/ml/input", |file| {
        file.private_mount = true;
    });
    assert_eq!(job.run().exit_code, Some(0));
    assert_eq!(job.log(), ["data"]);
    assert_eq!(fs::read_to_string(job.path().join("ml/output/message")).unwrap(), "mine\n");
    assert!(!Path::new("/opt/ml/output/message").exists());
}

#[test]
fn a_read_only_folder_cannot_be_written_in_a_private_mount() {
    if !private() {
        return;
    }
    let job = Job::new("echo a > /opt/ml/input/data/x || echo refused", |file| {
        file.private_mount = true;
        file.read_only = vec![PathBuf::from("input/data")];
    });
    job.run();
    assert_eq!(job.log().last().unwrap(), "refused");
}

#[test]
fn a_channel_in_pipe_mode_can_be_read_again_and_again() {
    let script =
        "cd $SAGEWRIGHT_ML_ROOT/input/data; cat train_0; cat train_1; head -c 1 train_2; echo; cat train_3";
    let job = Job::new(script, |file| {
        fs::write(file.directory.join("a"), "one\n").unwrap();
        fs::write(file.directory.join("b"), "two\n").unwrap();
        file.pipes = vec![PipeChannel {
            path: PathBuf::from("input/data/train"),
            sources: vec![file.directory.join("a"), file.directory.join("b")],
            gunzip: false,
            record_io: false,
        }];
    });
    assert_eq!(job.run().exit_code, Some(0));
    assert_eq!(job.log(), ["one", "two", "one", "two", "o", "one", "two"]);
}

#[test]
fn one_folder_is_run_once() {
    let job = Job::new("echo run", |_| {});
    job.run();
    let again = job.start().wait().unwrap();
    assert!(!again.success());
    assert_eq!(job.log(), ["run"]);
}

#[test]
fn the_job_outlives_whoever_started_its_host() {
    let job = Job::new("echo ready; read line < ../go; echo $line", |_| {});
    nix::unistd::mkfifo(&job.path().join("go"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    // A shell that starts the host and is killed stands for the endpoint.
    let mut parent = Command::new("sh")
        .args(["-c", &format!("{HOST} {} & wait", job.path().display())])
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    job.wait_for_line("ready");
    parent.kill().unwrap();
    parent.wait().unwrap();
    let identity = Identity::read(job.path()).unwrap().unwrap();
    assert!(identity.is_alive());
    fs::write(job.path().join("go"), "went on\n").unwrap();
    wait_until("exit.json", || Exit::read(job.path()).unwrap().is_some());
    assert_eq!(job.log(), ["ready", "went on"]);
    wait_until("the end of the host", || !identity.is_alive());
}
