//! What the tests share: an endpoint in a folder of its own, and foreign clients for it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use aws_credential_types::Credentials;
use aws_sdk_sagemaker::types::{PipelineExecutionStatus, PipelineExecutionStep};
use sagewright_local::{Connection, Handle, Options};
use serde_json::{Value, json};

/// The job host as a program.
pub(crate) const HOST: &str = env!("CARGO_BIN_EXE_sagewright-job-host");
/// Longer than anything takes on the slowest machine; reached only when something is wrong.
pub(crate) const DEADLINE: Duration = Duration::from_mins(1);
/// A token as clients make them.
pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const ROLE: &str = "arn:aws:iam::000000000000:role/sagewright";
const IMAGE: &str = "000000000000.dkr.ecr.us-east-1.amazonaws.com/sagewright:local";

/// Looks at something until it is so.
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + DEADLINE;
    while !is_so() {
        assert!(Instant::now() < end, "waited in vain for {what}");
        std::thread::yield_now();
    }
}

/// An endpoint of a test's own.
pub(crate) struct Endpoint {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) handle: Option<Handle>,
    pub(crate) sagemaker: aws_sdk_sagemaker::Client,
    pub(crate) logs: aws_sdk_cloudwatchlogs::Client,
}

impl Endpoint {
    pub(crate) async fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), |_| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut Options)) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), change).await
    }

    async fn start_in(folder: tempfile::TempDir, change: impl FnOnce(&mut Options)) -> Self {
        let mut options = options(folder.path());
        change(&mut options);
        let handle = sagewright_local::start(options).await.unwrap();
        let sagemaker = sagemaker(handle.connection());
        let logs = logs(handle.connection());
        Self { folder, handle: Some(handle), sagemaker, logs }
    }

    /// An endpoint that another process serves.
    pub(crate) fn of(folder: tempfile::TempDir, connection: &Connection) -> Self {
        Self { folder, handle: None, sagemaker: sagemaker(connection), logs: logs(connection) }
    }

    /// Ends the endpoint and starts another one in its place.
    pub(crate) async fn restart(mut self) -> Self {
        self.handle.take().unwrap().shutdown().await;
        self.start_again().await
    }

    /// Starts another endpoint in the place of one that ended.
    pub(crate) async fn start_again(self) -> Self {
        Self::start_in(self.folder, |_| {}).await
    }

    pub(crate) fn state(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn job(&self, name: &str) -> PathBuf {
        self.state().join("jobs").join(name)
    }

    pub(crate) fn connection(&self) -> &Connection {
        self.handle.as_ref().unwrap().connection()
    }

    /// Waits until the engine has seen something that makes it so.
    pub(crate) async fn wait_for<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        let mut changes = self.handle.as_ref().unwrap().changes();
        let wait = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = look().await {
                    return found;
                }
                changes.changed().await.unwrap();
            }
        };
        tokio::time::timeout(DEADLINE, wait).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
    }

    pub(crate) async fn create(&self, name: &str, definition: &Value) -> String {
        let created = self
            .sagemaker
            .create_pipeline()
            .pipeline_name(name)
            .pipeline_definition(definition.to_string())
            .role_arn(ROLE)
            .client_request_token(uuid::Uuid::new_v4().to_string())
            .send()
            .await
            .unwrap();
        created.pipeline_arn.unwrap()
    }

    pub(crate) async fn start_execution(&self, name: &str) -> String {
        let started = self
            .sagemaker
            .start_pipeline_execution()
            .pipeline_name(name)
            .client_request_token(uuid::Uuid::new_v4().to_string())
            .send()
            .await
            .unwrap();
        started.pipeline_execution_arn.unwrap()
    }

    /// Waits for the end of an execution.
    pub(crate) async fn end(&self, arn: &str) -> PipelineExecutionStatus {
        self.wait_for("the end of an execution", async || {
            let described = self
                .sagemaker
                .describe_pipeline_execution()
                .pipeline_execution_arn(arn)
                .send()
                .await
                .unwrap();
            let status = described.pipeline_execution_status.unwrap();
            (!matches!(status, PipelineExecutionStatus::Executing | PipelineExecutionStatus::Stopping))
                .then_some(status)
        })
        .await
    }

    /// Creates, starts and waits.
    pub(crate) async fn run(
        &self,
        definition: &Value,
    ) -> (PipelineExecutionStatus, Vec<PipelineExecutionStep>) {
        let name = format!("p-{}", uuid::Uuid::new_v4().simple());
        self.create(&name, definition).await;
        let arn = self.start_execution(&name).await;
        let status = self.end(&arn).await;
        (status, self.steps(&arn).await)
    }

    /// Creates, starts and waits, where another process serves.
    pub(crate) async fn run_remote(&self, name: &str, definition: &Value) -> PipelineExecutionStatus {
        self.create(name, definition).await;
        let arn = self.start_execution(name).await;
        let end = Instant::now() + DEADLINE;
        loop {
            assert!(Instant::now() < end, "waited in vain for the end of `{name}`");
            let described = self
                .sagemaker
                .describe_pipeline_execution()
                .pipeline_execution_arn(&arn)
                .send()
                .await
                .unwrap();
            let status = described.pipeline_execution_status.unwrap();
            if status != PipelineExecutionStatus::Executing {
                return status;
            }
        }
    }

    pub(crate) async fn steps(&self, arn: &str) -> Vec<PipelineExecutionStep> {
        let listed =
            self.sagemaker.list_pipeline_execution_steps().pipeline_execution_arn(arn).send().await.unwrap();
        listed.pipeline_execution_steps.unwrap()
    }

    /// Waits for a text in a job's log.
    pub(crate) fn wait_for_line(&self, job: &str, line: &str) {
        let log = self.job(job).join("log");
        wait_until(line, || {
            let text = fs_err::read_to_string(&log).unwrap_or_default();
            text.lines().any(|found| found.split_once(' ').is_some_and(|(_, text)| text == line))
        });
    }

    /// The only job there is.
    pub(crate) fn only_job(&self) -> String {
        let mut name = None;
        wait_until("a job", || {
            name = fs_err::read_dir(self.state().join("jobs")).unwrap().find_map(|entry| {
                entry.unwrap().file_name().into_string().ok().filter(|name| !name.contains('.'))
            });
            name.is_some()
        });
        name.unwrap()
    }

    pub(crate) fn put(&self, key: &str, content: &str) {
        let path = self.state().join("s3/sagewright").join(key);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, content).unwrap();
    }

    pub(crate) fn object(&self, key: &str) -> Option<Vec<u8>> {
        fs_err::read(self.state().join("s3/sagewright").join(key)).ok()
    }
}

pub(crate) fn options(state_dir: &Path) -> Options {
    let mut options = Options::new(state_dir, vec![HOST.into()]);
    options.grace_seconds = 1;
    options.sync_seconds = 1;
    options
}

fn sagemaker(connection: &Connection) -> aws_sdk_sagemaker::Client {
    use aws_sdk_sagemaker::config::{BehaviorVersion, Config, Region};
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(connection.region.clone()))
        .credentials_provider(credentials(connection))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(&connection.endpoint_url)
        .build();
    aws_sdk_sagemaker::Client::from_conf(config)
}

fn logs(connection: &Connection) -> aws_sdk_cloudwatchlogs::Client {
    use aws_sdk_cloudwatchlogs::config::{BehaviorVersion, Config, Region};
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(connection.region.clone()))
        .credentials_provider(credentials(connection))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(&connection.endpoint_url)
        .build();
    aws_sdk_cloudwatchlogs::Client::from_conf(config)
}

pub(crate) fn credentials(connection: &Connection) -> Credentials {
    Credentials::new(&connection.access_key_id, &connection.secret_access_key, None, None, "test")
}

/// A definition with these steps.
pub(crate) fn definition(steps: &[Value]) -> Value {
    json!({"Version": "2020-12-01", "Metadata": {}, "Parameters": [], "Steps": steps})
}

/// A training step that runs a shell script.
pub(crate) fn training(name: &str, script: &str) -> Value {
    json!({
        "Name": name,
        "Type": "Training",
        "Arguments": {
            "RoleArn": ROLE,
            "AlgorithmSpecification": {
                "TrainingImage": IMAGE,
                "TrainingInputMode": "File",
                "ContainerEntrypoint": ["sh", "-c"],
                "ContainerArguments": arguments(script),
            },
            "OutputDataConfig": {"S3OutputPath": "s3://sagewright/out"},
            "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        },
    })
}

/// A processing step that runs a shell script.
pub(crate) fn processing(name: &str, script: &str) -> Value {
    json!({
        "Name": name,
        "Type": "Processing",
        "Arguments": {
            "RoleArn": ROLE,
            "AppSpecification": {
                "ImageUri": IMAGE,
                "ContainerEntrypoint": ["sh", "-c"],
                "ContainerArguments": arguments(script),
            },
            "ProcessingResources": {
                "ClusterConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        },
    })
}

/// Scripts work in the ML root, wherever it is. An argument holds 256 characters, so they come in pieces.
fn arguments(script: &str) -> Vec<String> {
    let mut arguments = vec![
        "cd ${SAGEWRIGHT_ML_ROOT:-/opt/ml}; eval \"$*\"".to_owned(),
        "sh".to_owned(),
        "true;".to_owned(),
    ];
    for word in script.split(' ') {
        let last = arguments.last_mut().unwrap();
        if last.len() + word.len() < 250 {
            last.push(' ');
            last.push_str(word);
        } else {
            arguments.push(word.to_owned());
        }
    }
    arguments
}

/// Name of the job of a step, from the ARN in its metadata.
pub(crate) fn job_name(step: &PipelineExecutionStep) -> String {
    let metadata = step.metadata.as_ref().unwrap();
    let training = metadata.training_job.as_ref().and_then(|job| job.arn.clone());
    let processing = metadata.processing_job.as_ref().and_then(|job| job.arn.clone());
    let arn = training.or(processing).unwrap();
    arn.rsplit('/').next().unwrap().to_owned()
}
