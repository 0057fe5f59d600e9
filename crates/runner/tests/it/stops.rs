//! What happens when the platform asks for the end.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ExitStatus};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sagewright_store::{CauseKind, StepState};
use serde_json::json;

use crate::job::{Bench, Job};

#[test]
fn the_worker_is_told_and_the_record_written() {
    let mut bench = Bench::new();
    bench.step(
        "train",
        json!({}),
        &[],
        "trap 'echo saving; exit 9' TERM; echo ready; while :; do sleep 0.01; done",
    );
    let status = stop_when_ready(&bench.job("train"), Signal::SIGTERM);
    assert_eq!(status.code(), Some(143));
    let record = bench.record("train");
    let cause = record.cause.unwrap();
    assert_eq!((record.state, cause.kind), (StepState::Failed, CauseKind::Stopped));
    assert_eq!(cause.exit_code, Some(9));
    let tail = fs_err::read_to_string(bench.object(&record.log_tail.unwrap())).unwrap();
    // The shell may add a word of its own about what it was running.
    assert!(tail.starts_with("ready\n") && tail.contains("saving\n"), "{tail}");
}

#[test]
fn an_interrupt_does_the_same() {
    let mut bench = Bench::new();
    bench.step("train", json!({}), &[], "echo ready; exec sleep 1000");
    let job = bench.job("train").processing();
    assert_eq!(stop_when_ready(&job, Signal::SIGINT).code(), Some(143));
    let cause = bench.record("train").cause.unwrap();
    assert_eq!((cause.kind, cause.signal.as_deref()), (CauseKind::Stopped, Some("SIGTERM")));
    let message = fs_err::read_to_string(job.ml.join("output/message")).unwrap();
    assert_eq!(message, "the step was stopped from outside");
}

#[test]
fn a_step_that_ran_too_long_is_told_apart() {
    let mut bench = Bench::new();
    bench.step("train", json!({}), &[], "echo ready; exec sleep 1000");
    let job = bench.job("train").variable("SAGEWRIGHT_MAX_RUNTIME_IN_SECONDS", "0");
    stop_when_ready(&job, Signal::SIGTERM);
    assert_eq!(bench.record("train").cause.unwrap().kind, CauseKind::Timeout);
    assert!(job.failure().contains("max_runtime_in_seconds"));
}

#[test]
fn a_worker_that_does_not_listen_is_killed() {
    let mut bench = Bench::new();
    bench.step("train", json!({}), &[], "trap '' TERM; echo ready; while :; do sleep 0.01; done");
    let job = bench.job("train").variable("SAGEWRIGHT_GRACE_SECONDS", "0");
    assert_eq!(stop_when_ready(&job, Signal::SIGTERM).code(), Some(143));
    let cause = bench.record("train").cause.unwrap();
    assert_eq!((cause.kind, cause.signal.as_deref()), (CauseKind::Stopped, Some("SIGKILL")));
    assert!(cause.message.ends_with("was killed because it did not end by itself"), "{}", cause.message);
}

#[test]
fn a_worker_that_finishes_when_told_has_succeeded() {
    let mut bench = Bench::new();
    bench.step(
        "train",
        json!({}),
        &["model"],
        "trap 'ok model 1; finish; exit 0' TERM; echo ready; while :; do sleep 0.01; done",
    );
    assert_eq!(stop_when_ready(&bench.job("train"), Signal::SIGTERM).code(), Some(0));
    assert_eq!(bench.record("train").state, StepState::Succeeded);
}

#[test]
fn the_worker_does_not_outlive_the_supervisor() {
    let mut bench = Bench::new();
    // The worker holds the output open; its end is the worker's end.
    bench.step("train", json!({}), &[], "echo ready; exec sleep 1000");
    let job = bench.job("train");
    let mut child = job.start();
    let mut output = ready(&mut child);
    kill(pid(&child), Signal::SIGKILL).unwrap();
    child.wait().unwrap();
    assert_eq!(output.read_line(&mut String::new()).unwrap(), 0);
}

/// Starts a job, waits for the line `ready`, sends a signal, and waits for the end.
fn stop_when_ready(job: &Job, signal: Signal) -> ExitStatus {
    let mut child = job.start();
    let output = ready(&mut child);
    kill(pid(&child), signal).unwrap();
    for line in output.lines() {
        line.unwrap();
    }
    child.wait().unwrap()
}

fn ready(child: &mut Child) -> BufReader<std::process::ChildStdout> {
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    output
}

fn pid(child: &Child) -> Pid {
    Pid::from_raw(child.id().cast_signed())
}
