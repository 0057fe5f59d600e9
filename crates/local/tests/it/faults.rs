//! An endpoint in a process of its own, killed without warning.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use aws_sdk_sagemaker::types::PipelineExecutionStatus;
use sagewright_local::{Connection, read_connection};
use serde_json::json;

use crate::support::{Endpoint, definition, options, training, wait_until};

/// Names the state directory of the endpoint that this very test program is to be.
const SERVE: &str = "SAGEWRIGHT_TEST_SERVE";

/// Not a test: what [`Other`] runs.
#[tokio::test(flavor = "multi_thread")]
async fn serve_for_another_test() {
    if let Some(state) = std::env::var_os(SERVE) {
        let handle = sagewright_local::start(options(Path::new(&state))).await.unwrap();
        std::future::pending::<()>().await;
        drop(handle);
    }
}

/// An endpoint in another process.
struct Other {
    child: Child,
    connection: Connection,
}

impl Other {
    fn start(state: &Path) -> Self {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "faults::serve_for_another_test", "--nocapture"])
            .env(SERVE, state)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut connection = None;
        wait_until("the other endpoint", || {
            connection = read_connection(state).unwrap().filter(|found| found.pid == child.id());
            connection.is_some()
        });
        Self { child, connection: connection.unwrap() }
    }

    /// An endpoint with file systems of its own, which this script mounts.
    fn start_within(state: &Path, mounts: &str) -> Self {
        let script = format!("{mounts} && exec \"$@\"");
        let child = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script, "sh"])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "faults::serve_for_another_test", "--nocapture"])
            .env(SERVE, state)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let inside = PathBuf::from(format!("/proc/{}/root{}", child.id(), state.display()));
        let mut connection = None;
        wait_until("the other endpoint", || {
            connection = read_connection(&inside).ok().flatten();
            connection.is_some()
        });
        Self { child, connection: connection.unwrap() }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_endpoint_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let first = Other::start(folder.path());
    let mut endpoint = Endpoint::of(folder, &first.connection);
    let wait = training("wait", "mkfifo code/go; echo ready; read word < code/go; echo $word > model/word");
    let mut after = training("after", "echo after > model/a");
    after["DependsOn"] = json!(["wait"]);
    endpoint.create("p", &definition(&[wait, after])).await;
    let arn = endpoint.start_execution("p").await;
    let job = endpoint.only_job();
    endpoint.wait_for_line(&job, "ready");
    let port = first.connection.endpoint_url.clone();
    first.kill();
    // The lock is free, the job runs on.
    assert!(endpoint.state().join("endpoint.json").exists());
    endpoint = endpoint.start_again().await;
    assert_eq!(endpoint.connection().endpoint_url, port);
    fs_err::write(endpoint.job(&job).join("ml/code/go"), "go\n").unwrap();
    assert_eq!(endpoint.end(&arn).await, PipelineExecutionStatus::Succeeded);
    assert_eq!(endpoint.steps(&arn).await.len(), 2);
    assert!(endpoint.object(&format!("out/{job}/output/model.tar.gz")).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_killed_again_and_again_runs_every_job_once() {
    let folder = tempfile::tempdir().unwrap();
    let count = folder.path().join("count");
    let step = |n: usize| {
        let mut step = training(&format!("s{n}"), &format!("echo {n} >> {}", count.display()));
        if n > 0 {
            step["DependsOn"] = json!([format!("s{}", n - 1)]);
        }
        step
    };
    let steps: Vec<_> = (0..12).map(step).collect();
    let first = Other::start(folder.path());
    let mut endpoint = Endpoint::of(folder, &first.connection);
    endpoint.create("p", &definition(&steps)).await;
    let arn = endpoint.start_execution("p").await;
    first.kill();
    for done in 1..6 {
        let other = Other::start(endpoint.state());
        wait_until("a step", || fs_err::read_to_string(&count).unwrap_or_default().lines().count() > done);
        other.kill();
    }
    endpoint = endpoint.start_again().await;
    assert_eq!(endpoint.end(&arn).await, PipelineExecutionStatus::Succeeded);
    let ran = fs_err::read_to_string(&count).unwrap();
    let expected: String = (0..12).flat_map(|n| [n.to_string(), "\n".to_owned()]).collect();
    assert_eq!(ran, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_fails_the_job_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let mount = format!("mount -t tmpfs -o size=4m none {}", folder.path().display());
    let other = Other::start_within(folder.path(), &mount);
    let endpoint = Endpoint::of(folder, &other.connection);
    // The model fits, its archive does not fit beside it.
    let big = training("big", "head -c 2500000 /dev/urandom > model/m");
    let ended = endpoint.run_remote("p", &definition(&[big])).await;
    assert_eq!(ended, PipelineExecutionStatus::Failed);
    let jobs = endpoint.sagemaker.list_training_jobs().send().await.unwrap();
    let name = jobs.training_job_summaries()[0].training_job_name().unwrap();
    let job = endpoint.sagemaker.describe_training_job().training_job_name(name).send().await.unwrap();
    let reason = job.failure_reason.unwrap();
    assert!(reason.starts_with("InternalServerError: Data upload failed: "), "{reason}");
    assert!(reason.contains("No space left on device"), "{reason}");
    // What the job wrote is gone, and so is half an archive: there is room again.
    let small = training("small", "echo ok > model/m");
    assert_eq!(endpoint.run_remote("q", &definition(&[small])).await, PipelineExecutionStatus::Succeeded);
    other.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_private_opt_ml_a_variable_names_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    // Nobody can make /opt/ml there.
    let other = Other::start_within(folder.path(), "mount -t tmpfs -o ro none /opt");
    let endpoint = Endpoint::of(folder, &other.connection);
    let step = training("where", "pwd > model/m; echo $SAGEWRIGHT_ML_ROOT; ls input/config");
    assert_eq!(endpoint.run_remote("p", &definition(&[step])).await, PipelineExecutionStatus::Succeeded);
    let job = endpoint.only_job();
    let log = fs_err::read_to_string(endpoint.job(&job).join("log")).unwrap();
    assert!(log.contains(&format!("{job}/ml\n")), "{log}");
    assert!(log.contains("resourceconfig.json"), "{log}");
    other.kill();
}
