//! A job as the platform would start it: a store, a folder that stands for `/opt/ml`, an environment.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use sagewright_store::{Cause, Connection, RunRecord, StepRecord, Store, hash_hex};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub(crate) const RUN: &str = "abcdefghijkl";
pub(crate) const ARN: &str =
    "arn:aws:sagemaker:us-east-1:000000000000:pipeline/training-pipeline/execution/abcdefghijkl";

/// Ends a worker script well: `ok NAME` writes a value as output NAME, `done` writes the result.
pub(crate) const HELPERS: &str = r#"
    work=$(dirname "$SAGEWRIGHT_STEP")
    results=
    ok() {
        printf '%s' "$2" > "$work/outputs/$1/data.json"
        results="$results${results:+,}\"$1\":{\"type\":\"json\",\"preview\":{\"kind\":\"json\",\"value\":$2}}"
    }
    finish() {
        printf '{"version":1,"outputs":{%s}}' "$results" > "$work/result.tmp"
        mv "$work/result.tmp" "$work/result.json"
    }
"#;

/// A pipeline in a store, of which single jobs are run.
pub(crate) struct Bench {
    pub(crate) folder: TempDir,
    pub(crate) store: Store,
    runtime: Runtime,
    steps: Vec<Value>,
    parameters: Vec<Value>,
    code: Option<String>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let uri = format!("file://{}/store", folder.path().display());
        let store = Store::open(&uri, &Connection::default()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { folder, store, runtime, steps: Vec::new(), parameters: Vec::new(), code: None }
    }

    /// Adds a step whose worker is a shell script.
    pub(crate) fn step(&mut self, name: &str, inputs: Value, outputs: &[&str], script: &str) -> &mut Self {
        let outputs: Vec<Value> = outputs.iter().map(|name| json!({"name": name})).collect();
        let command = json!(["sh", "-c", format!("{HELPERS}\n{script}")]);
        self.steps.push(json!({"name": name, "command": command, "inputs": inputs, "outputs": outputs}));
        self
    }

    /// Changes the step that was added last.
    pub(crate) fn with(&mut self, field: &str, value: Value) -> &mut Self {
        self.steps.last_mut().unwrap()[field] = value;
        self
    }

    pub(crate) fn parameter(&mut self, parameter: Value) -> &mut Self {
        self.parameters.push(parameter);
        self
    }

    /// Stores some code.
    pub(crate) fn code(&mut self, files: &[(&str, &str)]) -> &mut Self {
        let root = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = root.path().join(path);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, content).unwrap();
        }
        let archive = sagewright_image::code::pack(root.path(), &BTreeMap::new()).unwrap();
        self.wait(self.store.put_code(&archive.hash, archive.bytes)).unwrap();
        self.code = Some(archive.hash);
        self
    }

    pub(crate) fn code_hash(&self) -> &str {
        self.code.as_deref().unwrap()
    }

    /// Stores the spec and makes a training job for one of its steps.
    pub(crate) fn job(&self, step: &str) -> Job {
        let spec = json!({
            "version": 1, "name": "training", "parameters": self.parameters, "steps": self.steps,
        });
        let spec = spec.to_string();
        let hash = hash_hex(&spec);
        self.wait(self.store.put_spec("training", &hash, spec)).unwrap();

        let ml = tempfile::tempdir_in(self.folder.path()).unwrap().keep();
        let mut job = Job { ml, args: vec!["--step".into(), step.into()], variables: BTreeMap::new() };
        fs_err::create_dir_all(job.ml.join("input/config")).unwrap();
        for (name, value) in [
            ("SAGEWRIGHT_STORE", self.store.uri()),
            ("SAGEWRIGHT_PIPELINE", "training"),
            ("SAGEWRIGHT_SPEC", &hash),
            ("SAGEWRIGHT_EXECUTION_ARN", ARN),
            ("TRAINING_JOB_NAME", "pipelines-abcdefghijkl-step-XYZ"),
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ] {
            job.variables.insert(name.into(), value.into());
        }
        if let Some(code) = &self.code {
            job.variables.insert("SAGEWRIGHT_CODE".into(), code.clone());
        }
        let ml = job.ml.display().to_string();
        job.variables.insert("SAGEWRIGHT_ML_ROOT".into(), ml);
        job
    }

    /// Runs a step that has to succeed.
    pub(crate) fn succeed(&self, step: &str) -> (Job, Output) {
        let job = self.job(step);
        let output = job.run();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        (job, output)
    }

    /// Runs a step that has to fail, and gives back the recorded cause.
    pub(crate) fn fail(&self, step: &str) -> (Job, Output, Cause) {
        let job = self.job(step);
        let output = job.run();
        assert!(!output.status.success());
        let cause = self.record(step).cause.unwrap();
        (job, output, cause)
    }

    /// The record of the newest attempt.
    pub(crate) fn record(&self, step: &str) -> StepRecord {
        self.wait(self.store.get_step(RUN, step)).unwrap()
    }

    pub(crate) fn run_record(&self) -> RunRecord {
        self.wait(self.store.get_run(RUN)).unwrap()
    }

    pub(crate) fn object(&self, key: &str) -> PathBuf {
        self.folder.path().join("store").join(key)
    }

    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }
}

/// One job.
pub(crate) struct Job {
    /// What stands for `/opt/ml`.
    pub(crate) ml: PathBuf,
    pub(crate) args: Vec<String>,
    pub(crate) variables: BTreeMap<String, String>,
}

impl Job {
    /// Makes it a processing job.
    pub(crate) fn processing(mut self) -> Self {
        self.variables.remove("TRAINING_JOB_NAME");
        fs_err::remove_dir_all(self.ml.join("input")).unwrap();
        fs_err::create_dir_all(self.ml.join("config")).unwrap();
        let config = json!({
            "ProcessingJobArn": "arn:aws:sagemaker:us-east-1:000000000000:processing-job/the-job",
            "ProcessingJobName": "the-job",
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        });
        fs_err::write(self.ml.join("config/processingjobconfig.json"), config.to_string()).unwrap();
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    pub(crate) fn run(&self) -> Output {
        self.start().wait_with_output().unwrap()
    }

    pub(crate) fn start(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_sagewright-step"))
            .args(&self.args)
            .env_clear()
            .envs(&self.variables)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// What SageMaker would show as the reason of the failure.
    pub(crate) fn failure(&self) -> String {
        fs_err::read_to_string(self.ml.join("output/failure")).unwrap()
    }
}
