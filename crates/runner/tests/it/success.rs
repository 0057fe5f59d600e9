//! Steps that do what they should.

use sagewright_store::{ArtifactRecord, InputRecord, InputSource, JobKind, StepState};
use serde_json::{Value, json};

use crate::job::{ARN, Bench, RUN};

#[test]
fn data_flows_from_step_to_step() {
    let mut bench = Bench::new();
    bench
        .parameter(json!({"name": "depth", "type": "integer", "default": 3}))
        .parameter(json!({"name": "quick", "type": "boolean", "default": false}))
        .code(&[("lib/words.txt", "from the code")])
        .step("load", json!({}), &["rows", "count"], "ok rows '[1,2]'; ok count 2; finish")
        .step(
            "train",
            json!({
                "data": {"step": "load", "output": "rows"},
                "depth": {"parameter": "depth"},
                "quick": {"parameter": "quick"},
                "all": {"list": [{"step": "load", "output": "count"}, {"value": 5}, {"parameter": "depth"}]},
            }),
            &["model"],
            r#"cat "$SAGEWRIGHT_STEP" > "$work/outputs/model/step.json"
               cat "$work/inputs/data/data.json"; cat lib/words.txt >&2; ok model 1; finish"#,
        );
    bench.succeed("load");
    let job = bench.job("train").variable("SAGEWRIGHT_PARAMETER_quick", "True");
    let output = job.run();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(output.stdout, b"[1,2]\n");
    assert_eq!(output.stderr, b"from the code\n");

    let record = bench.record("train");
    assert_eq!((record.state, record.attempt, record.job_kind), (StepState::Succeeded, 1, JobKind::Training));
    assert_eq!(record.job_name, "pipelines-abcdefghijkl-step-XYZ");
    let source = |output: &str| InputSource { step: "load".into(), output: output.into(), attempt: 1 };
    assert_eq!(record.inputs["data"], InputRecord::One(source("rows")));
    assert_eq!(record.inputs["all"], InputRecord::List(vec![Some(source("count")), None, None]));
    assert_eq!(
        Value::from(record.parameters.clone()),
        json!({"depth": 3, "quick": true, "all": [null, 5, 3]})
    );
    let phases: Vec<&str> = record.phases.iter().map(|phase| phase.name.as_str()).collect();
    assert_eq!(phases, ["fetch", "inputs", "run", "outputs"]);
    assert!(record.ended_at.unwrap() >= record.started_at);

    let [model] = &record.outputs[..] else { panic!("{record:?}") };
    assert_eq!((model.name.as_str(), model.kind.as_str()), ("model", "json"));
    assert_eq!(model.preview, json!({"kind": "json", "value": 1}));
    assert_eq!(model.hash, ArtifactRecord::hash_of(&model.files));
    let step = fs_err::read_to_string(bench.object(&format!("{}/step.json", model.key))).unwrap();
    let step: Value = serde_json::from_str(&step).unwrap();
    let work = job.ml.join("sagewright");
    assert_eq!(
        step,
        json!({
            "version": 1, "run_id": RUN, "pipeline": "training", "step": "train", "attempt": 1,
            "code": work.join("code"),
            "inputs": {
                "data": {"artifact": {
                    "path": work.join("inputs/data"), "type": "json", "metadata": {}, "note": null}},
                "depth": {"value": 3},
                "quick": {"value": true},
                "all": {"list": [
                    {"artifact": {
                        "path": work.join("inputs/all/0"), "type": "json", "metadata": {}, "note": null}},
                    {"value": 5},
                    {"value": 3},
                ]},
            },
            "outputs": {"model": {"path": work.join("outputs/model")}},
            "result": work.join("result.json"),
            "error": work.join("error.json"),
        })
    );
    let tail = fs_err::read_to_string(bench.object(&record.log_tail.unwrap())).unwrap();
    let mut lines: Vec<&str> = tail.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["[1,2]", "from the code"]);
    assert!(!job.ml.join("output/failure").exists());
}

#[test]
fn a_run_that_nobody_recorded_is_recorded() {
    let mut bench = Bench::new();
    bench.parameter(json!({"name": "depth", "type": "integer", "default": 3})).step(
        "load",
        json!({}),
        &[],
        "finish",
    );
    bench.job("load").variable("SAGEWRIGHT_PARAMETER_depth", "7").run();
    let run = bench.run_record();
    assert_eq!((run.run_id.as_str(), run.execution_arn.as_str()), (RUN, ARN));
    assert_eq!(run.pipeline_name.as_deref(), Some("training-pipeline"));
    assert_eq!(run.parameters["depth"], 7);

    // What the submitter wrote stays.
    let submitted = sagewright_store::RunRecord { submitted_by: Some("ada".into()), ..run };
    bench.wait(bench.store.put_run(&submitted)).unwrap();
    bench.succeed("load");
    assert_eq!(bench.run_record(), submitted);
    assert_eq!(bench.record("load").attempt, 2);
}

#[test]
fn a_processing_job_is_recognised() {
    let mut bench = Bench::new();
    bench.step("load", json!({}), &[], r#"ls "$SAGEWRIGHT_ML_ROOT/processing"/*/data >/dev/null && finish"#);
    let job = bench.job("load").processing();
    let output = job.run();
    assert!(output.status.success(), "{output:?}");
    let record = bench.record("load");
    assert_eq!((record.job_kind, record.job_name.as_str()), (JobKind::Processing, "the-job"));
}

#[test]
fn promised_input_folders_exist_in_a_training_job() {
    let mut bench = Bench::new();
    bench
        .step("one", json!({}), &[], r#"cat "$SAGEWRIGHT_ML_ROOT/processing/input/data/a.txt" && finish"#)
        .step(
            "many",
            json!({}),
            &[],
            r#"cat "$SAGEWRIGHT_ML_ROOT/processing/input/data/train/a.txt" && finish"#,
        );
    // The same single channel stands for all of the data or is a folder in it; only the arguments tell.
    for (step, channel) in [("one", "train"), ("many", "")] {
        let mut job = bench.job(step);
        job.args.extend(["--input-data".into(), channel.into()]);
        fs_err::create_dir_all(job.ml.join("input/data/train")).unwrap();
        fs_err::write(job.ml.join("input/data/train/a.txt"), "a line").unwrap();
        let output = job.run();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(output.stdout, b"a line\n");
    }
}

#[test]
fn the_newest_success_of_a_producer_is_read() {
    let mut bench = Bench::new();
    bench.step("load", json!({}), &["rows"], r#"ok rows "$VALUE"; finish; exit "$CODE""#).step(
        "use",
        json!({"data": {"step": "load", "output": "rows"}}),
        &[],
        r#"cat "$work/inputs/data/data.json"; finish"#,
    );
    for (value, code) in [("1", "7"), ("2", "0"), ("3", "7")] {
        bench.job("load").variable("VALUE", value).variable("CODE", code).run();
    }
    let (_, output) = bench.succeed("use");
    assert_eq!(output.stdout, b"2\n");
}

#[test]
fn commands_are_looked_for_in_the_given_folder_first() {
    let mut bench = Bench::new();
    bench.step("load", json!({}), &[], "greet && finish");
    let bin = bench.folder.path().join("bin");
    fs_err::create_dir(&bin).unwrap();
    fs_err::write(bin.join("greet"), "#!/bin/sh\necho hello\n").unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs_err::set_permissions(bin.join("greet"), mode).unwrap();
    let output = bench.job("load").variable("SAGEWRIGHT_COMMAND_PATH", bin.display().to_string()).run();
    assert_eq!(output.stdout, b"hello\n");
    assert!(output.status.success());
}

#[test]
fn what_a_worker_leaves_running_does_not_hold_up_the_job() {
    let mut bench = Bench::new();
    bench.step("load", json!({}), &[], "sleep 1000 & finish");
    bench.succeed("load");
}

#[test]
fn variables_that_did_not_fit_reach_the_worker() {
    let mut bench = Bench::new();
    bench.step("train", json!({}), &[], r#"echo "$LONG" "$PLAIN"; finish"#);
    let job = bench.job("train").variable("PLAIN", "as it is");
    let job = job.variable("SAGEWRIGHT_ENVIRONMENT_0", r#"{"LONG":"a \u00"#);
    let output = job.variable("SAGEWRIGHT_ENVIRONMENT_1", r#"fc b"}"#).run();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "a ü b as it is\n");
}

#[test]
fn only_the_first_of_several_hosts_stores_and_records() {
    let mut bench = Bench::new();
    bench.step("train", json!({}), &["model"], r#"ok model "$VALUE"; finish"#);
    for (host, value) in [("algo-2", "2"), ("algo-1", "1")] {
        let job = bench.job("train").variable("VALUE", value);
        let config = json!({"current_host": host, "hosts": ["algo-1", "algo-2"]});
        fs_err::write(job.ml.join("input/config/resourceconfig.json"), config.to_string()).unwrap();
        let output = job.run();
        assert!(output.status.success(), "{output:?}");
    }
    let record = bench.record("train");
    assert_eq!((record.attempt, record.outputs.len()), (1, 1));
    let file = bench.object(&record.outputs[0].key).join("data.json");
    assert_eq!(fs_err::read_to_string(file).unwrap(), "1");
}
