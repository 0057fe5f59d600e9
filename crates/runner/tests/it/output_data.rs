//! Folders of output data that go to S3, or here to a folder.

use serde_json::json;

use crate::job::{Bench, Job};

#[test]
fn output_data_is_uploaded_at_the_end() {
    let mut bench = Bench::new();
    bench.step(
        "train",
        json!({}),
        &[],
        r#"cd "$SAGEWRIGHT_ML_ROOT/processing/output/data"; echo 1 > logs/a.txt; mkdir plots/deep
           echo 2 > plots/deep/b.txt; finish"#,
    );
    let mut job = bench.job("train");
    output_data(&mut job, "EndOfJob", "logs", &bench, "target/logs");
    output_data(&mut job, "EndOfJob", "plots", &bench, "target/plots");
    let output = job.run();
    assert!(output.status.success(), "{output:?}");
    let read = |path| fs_err::read_to_string(bench.folder.path().join("target").join(path)).unwrap();
    assert_eq!((read("logs/a.txt"), read("plots/deep/b.txt")), ("1\n".into(), "2\n".into()));
}

#[test]
fn output_data_of_a_failed_step_is_uploaded_too() {
    let mut bench = Bench::new();
    bench.step(
        "train",
        json!({}),
        &[],
        r#"echo 1 > "$SAGEWRIGHT_ML_ROOT/processing/output/data/a.txt"; exit 7"#,
    );
    let mut job = bench.job("train");
    output_data(&mut job, "EndOfJob", "", &bench, "target");
    assert_eq!(job.run().status.code(), Some(1));
    assert!(bench.folder.path().join("target/a.txt").exists());
}

#[test]
fn continuous_output_data_is_uploaded_while_the_step_runs() {
    let mut bench = Bench::new();
    // The step ends only when it sees its own file at the target.
    bench.step(
        "train",
        json!({}),
        &[],
        r#"echo 1 > "$SAGEWRIGHT_ML_ROOT/processing/output/data/a.txt"
           until [ -s "$TARGET/a.txt" ]; do sleep 0.05; done
           echo 22 > "$SAGEWRIGHT_ML_ROOT/processing/output/data/a.txt"; finish"#,
    );
    let target = bench.folder.path().join("target");
    let mut job = bench.job("train").variable("TARGET", target.display().to_string());
    output_data(&mut job, "Continuous", "", &bench, "target");
    let output = job.run();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(fs_err::read_to_string(target.join("a.txt")).unwrap(), "22\n");
}

fn output_data(job: &mut Job, mode: &str, channel: &str, bench: &Bench, target: &str) {
    let uri = format!("file://{}/{target}", bench.folder.path().display());
    job.args.extend(["--output-data".into(), mode.into(), channel.into(), uri]);
}
