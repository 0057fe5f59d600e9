//! Each way of dying has its own name.

use sagewright_store::{CauseKind, StepState};
use serde_json::json;

use crate::job::Bench;

#[test]
fn an_exception() {
    let mut bench = Bench::new();
    bench.step(
        "train",
        json!({}),
        &["model"],
        r#"echo working; printf '%s' '{"version":1,"kind":"UserException","type":"ValueError",
            "message":"bad depth","traceback":"Traceback…","file":"run.py","line":12,"function":"train",
            "hint":null}' > "$work/error.json"; exit 1"#,
    );
    let (job, output, cause) = bench.fail("train");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(cause.kind, CauseKind::UserException);
    assert_eq!(cause.exception_type.as_deref(), Some("ValueError"));
    assert_eq!((cause.file.as_deref(), cause.line, cause.exit_code), (Some("run.py"), Some(12), Some(1)));
    assert_eq!(job.failure(), "ValueError: bad depth (run.py:12 in train)");
    let record = bench.record("train");
    assert_eq!(record.state, StepState::Failed);
    assert!(record.outputs.is_empty());
    assert_eq!(fs_err::read_to_string(bench.object(&record.log_tail.unwrap())).unwrap(), "working\n");
    assert!(output.stderr.is_empty(), "the worker has shown its exception itself");
}

#[test]
fn an_exit() {
    let mut bench = Bench::new();
    bench.step("train", json!({}), &[], "echo almost done; exit 7");
    let (job, output, cause) = bench.fail("train");
    assert_eq!((cause.kind, cause.exit_code), (CauseKind::Exit, Some(7)));
    assert_eq!(output.status.code(), Some(1));
    assert!(job.failure().starts_with("the process ended with exit code 7; last output: almost done"));
    assert!(
        String::from_utf8_lossy(&output.stderr)
            .contains("sagewright-step: the process ended with exit code 7")
    );
}

#[test]
fn a_segmentation_fault() {
    let mut bench = Bench::new();
    bench.step("train", json!({}), &[], "kill -SEGV $$");
    let (job, output, cause) = bench.fail("train");
    assert_eq!((cause.kind, cause.signal.as_deref()), (CauseKind::Signal, Some("SIGSEGV")));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(job.failure(), "the process was ended by SIGSEGV (segmentation fault)");
}

#[test]
fn a_kill() {
    let mut bench = Bench::new();
    bench.step("train", json!({}), &[], "kill -KILL $$");
    let (_, _, cause) = bench.fail("train");
    assert_eq!(cause.signal.as_deref(), Some("SIGKILL"));
    // Where the kernel's counters can be read they say that memory did not run out.
    assert!(matches!(cause.kind, CauseKind::Signal | CauseKind::OutOfMemory), "{cause:?}");
}

#[test]
fn no_result() {
    let mut bench = Bench::new();
    bench.step("train", json!({}), &[], "exit 0");
    let (_, output, cause) = bench.fail("train");
    assert_eq!((cause.kind, output.status.code()), (CauseKind::Exit, Some(1)));
    assert_eq!(cause.message, "the process ended with exit code 0 but left no result");
    assert!(cause.hint.is_some());
}

#[test]
fn a_result_that_does_not_fit() {
    let mut bench = Bench::new();
    bench
        .step("lacks", json!({}), &["model", "score"], "ok model 1; finish")
        .step("extra", json!({}), &[], r#"mkdir -p "$work/outputs/model"; ok model 1; finish"#)
        .step("broken", json!({}), &[], r#"echo '{"version":' > "$work/result.json""#);
    assert_eq!(bench.fail("lacks").2.message, "the result lacks declared outputs: score");
    let extra = "the result has an output that the step does not declare: model";
    assert_eq!(bench.fail("extra").2.message, extra);
    assert!(bench.fail("broken").2.message.starts_with("result.json cannot be read: EOF"));
}

#[test]
fn an_output_that_cannot_be_stored() {
    let mut bench = Bench::new();
    bench.step("train", json!({}), &["model"], r#"ok model 1; mkfifo "$work/outputs/model/pipe"; finish"#);
    let (_, _, cause) = bench.fail("train");
    assert_eq!(cause.kind, CauseKind::Serialization);
    assert!(cause.message.ends_with("it is neither a file nor a folder"), "{}", cause.message);
}

#[test]
fn an_output_that_cannot_be_serialised() {
    let mut bench = Bench::new();
    bench.step(
        "train",
        json!({}),
        &[],
        r#"printf '%s' '{"version":1,"kind":"Serialization","type":"TypeError","message":"cannot pickle"}' \
            > "$work/error.json"; exit 1"#,
    );
    let (job, _, cause) = bench.fail("train");
    assert_eq!(cause.kind, CauseKind::Serialization);
    assert_eq!(job.failure(), "TypeError: cannot pickle");
}

#[test]
fn the_failure_of_a_processing_job_is_a_message() {
    let mut bench = Bench::new();
    bench.step("train", json!({}), &[], "exit 7");
    let job = bench.job("train").processing();
    assert_eq!(job.run().status.code(), Some(1));
    let message = fs_err::read_to_string(job.ml.join("output/message")).unwrap();
    assert!(message.starts_with("the process ended with exit code 7"));
}
