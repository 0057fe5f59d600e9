//! Steps that never got to run.

use sagewright_store::{CauseKind, StepRecord, StepState, keys};
use serde_json::json;

use crate::job::{Bench, RUN};

#[test]
fn an_input_that_nobody_made() {
    let mut bench = Bench::new();
    bench.step("load", json!({}), &["rows"], "exit 7").step(
        "train",
        json!({"data": {"step": "load", "output": "rows"}}),
        &[],
        "echo never; finish",
    );
    bench.fail("load");
    let (job, output, cause) = bench.fail("train");
    assert_eq!((cause.kind, output.status.code()), (CauseKind::Setup, Some(3)));
    assert!(output.stdout.is_empty());
    let expected = "input `data` is not there: step `load` has not succeeded in this run";
    assert!(job.failure().starts_with(expected), "{}", job.failure());
}

#[test]
fn a_record_that_is_half_written() {
    let mut bench = Bench::new();
    bench.step("load", json!({}), &["rows"], "ok rows 1; finish").step(
        "train",
        json!({"data": {"step": "load", "output": "rows"}}),
        &[],
        "finish",
    );
    bench.succeed("load");
    let file = bench.object(&keys::step(RUN, "load", 1));
    let text = fs_err::read_to_string(&file).unwrap();
    fs_err::write(&file, &text[..text.len() / 2]).unwrap();
    let (_, _, cause) = bench.fail("train");
    assert_eq!(cause.kind, CauseKind::Setup);
    let key = keys::step(RUN, "load", 1);
    assert!(
        cause.message.starts_with(&format!("input `data` cannot be fetched: not a complete record: `{key}`"))
    );
}

#[test]
fn an_artifact_that_was_changed() {
    let mut bench = Bench::new();
    bench.step("load", json!({}), &["rows"], "ok rows 1; finish").step(
        "train",
        json!({"data": {"step": "load", "output": "rows"}}),
        &[],
        "finish",
    );
    bench.succeed("load");
    let key = format!("{}/data.json", keys::output(RUN, "load", 1, "rows"));
    fs_err::write(bench.object(&key), "2").unwrap();
    let (_, _, cause) = bench.fail("train");
    assert!(
        cause.message.contains(&format!("content of `{key}` does not match its hash")),
        "{}",
        cause.message
    );
}

#[test]
fn code_that_was_changed_or_is_gone() {
    let mut bench = Bench::new();
    bench.code(&[("run.py", "x = 1")]).step("train", json!({}), &[], "finish");
    let file = bench.object(&keys::code(bench.code_hash()));
    let mut bytes = fs_err::read(&file).unwrap();
    bytes[30] ^= 1;
    fs_err::write(&file, bytes).unwrap();
    let (_, output, cause) = bench.fail("train");
    assert_eq!(output.status.code(), Some(3));
    assert!(cause.message.starts_with("the code cannot be fetched: content of `code/"), "{}", cause.message);

    fs_err::remove_file(&file).unwrap();
    let (_, _, cause) = bench.fail("train");
    assert!(cause.message.contains("not in the artifact store"), "{}", cause.message);
    assert_eq!(bench.record("train").attempt, 2);
}

#[test]
fn a_command_that_is_not_there() {
    let mut bench = Bench::new();
    bench.step("train", json!({}), &[], "").with("command", json!(["python4", "-m", "worker"]));
    let (_, _, cause) = bench.fail("train");
    assert_eq!(cause.kind, CauseKind::Setup);
    assert_eq!(cause.message, "command not found: `python4`");
    assert!(cause.hint.unwrap().contains("/usr/local/bin:/usr/bin:/bin"));
}

#[test]
fn a_command_without_its_interpreter() {
    let mut bench = Bench::new();
    let tool = bench.folder.path().join("tool");
    fs_err::write(&tool, "#!/no/such/interpreter\n").unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs_err::set_permissions(&tool, mode).unwrap();
    bench.step("train", json!({}), &[], "").with("command", json!([tool]));
    let (_, _, cause) = bench.fail("train");
    assert_eq!(cause.kind, CauseKind::Setup);
    assert!(cause.message.starts_with("the worker cannot be started"), "{}", cause.message);
    assert!(cause.hint.unwrap().contains("interpreter"));
}

#[test]
fn a_step_or_a_parameter_that_does_not_fit_the_spec() {
    let mut bench = Bench::new();
    bench.parameter(json!({"name": "depth", "type": "integer"})).step(
        "train",
        json!({"depth": {"parameter": "depth"}}),
        &[],
        "finish",
    );
    assert_eq!(bench.fail("other").2.message, "the pipeline has no step `other`");
    let missing = "input `depth` needs the pipeline parameter `depth`, which has no value";
    assert_eq!(bench.fail("train").2.message, missing);
    bench.job("train").variable("SAGEWRIGHT_PARAMETER_depth", "deep").run();
    let message = bench.record("train").cause.unwrap().message;
    assert_eq!(message, "the pipeline parameter `depth` is not of type integer: `deep`");
}

#[test]
fn an_environment_that_is_not_a_jobs() {
    let bench = Bench::new();
    for (name, expected) in [
        ("SAGEWRIGHT_STORE", "the environment variable `SAGEWRIGHT_STORE` cannot be used: it is not set"),
        ("TRAINING_JOB_NAME", "this is not a SageMaker job"),
    ] {
        let mut job = bench.job("train");
        job.variables.remove(name);
        let output = job.run();
        assert_eq!(output.status.code(), Some(3));
        assert!(job.failure().starts_with(expected), "{}", job.failure());
    }
    let mut job = bench.job("train");
    job.args = vec!["train".into()];
    let output = job.run();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("usage: sagewright-step --step NAME"));
}

#[test]
fn a_store_that_cannot_be_written() {
    let mut bench = Bench::new();
    bench.step("train", json!({}), &[], "finish");
    let file = bench.folder.path().join("file");
    fs_err::write(&file, "").unwrap();
    let job = bench.job("train").variable("SAGEWRIGHT_STORE", format!("file://{}/store", file.display()));
    assert_eq!(job.run().status.code(), Some(3));
    assert!(job.failure().starts_with("the artifact store cannot be opened"), "{}", job.failure());
}

#[test]
fn two_jobs_never_share_an_attempt() {
    let mut bench = Bench::new();
    bench.step("train", json!({}), &["model"], "ok model 1; finish");
    let jobs: Vec<_> = (0..8)
        .map(|number| bench.job("train").variable("TRAINING_JOB_NAME", format!("job-{number}")).start())
        .collect();
    for job in jobs {
        assert!(job.wait_with_output().unwrap().status.success());
    }
    let records: Vec<StepRecord> = bench.wait(bench.store.list_attempts(RUN)).unwrap().records;
    let mut attempts: Vec<u32> = records.iter().map(|record| record.attempt).collect();
    attempts.sort_unstable();
    assert_eq!(attempts, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert!(records.iter().all(|record| record.state == StepState::Succeeded));
}
