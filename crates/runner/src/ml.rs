//! The folder that SageMaker gives to a job: `/opt/ml`, or what stands for it on this machine.

use std::path::{Path, PathBuf};

use sagewright_store::JobKind;
use serde::Deserialize;

use crate::environment::Environment;
use crate::error::Error;

/// The folder and the paths in it that this program uses.
#[derive(Debug, Clone)]
pub(crate) struct MlRoot(PathBuf);

/// Which job this is.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) kind: JobKind,
    pub(crate) name: String,
    /// How long the job may run, in seconds, where its configuration says so.
    pub(crate) max_runtime: Option<u64>,
    /// Whether this host stores outputs and records. The others only run the step.
    pub(crate) is_first_host: bool,
}

/// The part of the hosts' configuration that is used here.
#[derive(Deserialize)]
struct ResourceConfig {
    current_host: String,
    hosts: Vec<String>,
}

/// The part of a processing job's configuration that is used here.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ProcessingConfig {
    processing_job_name: String,
    #[serde(default)]
    stopping_condition: Option<StoppingCondition>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StoppingCondition {
    #[serde(default)]
    max_runtime_in_seconds: Option<u64>,
}

impl MlRoot {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self(root)
    }

    /// Everything that belongs to the supervisor and the worker.
    pub(crate) fn work(&self) -> PathBuf {
        self.0.join("sagewright")
    }

    /// Where a folder that the user was promised is.
    pub(crate) fn output_data(&self) -> PathBuf {
        self.0.join("processing/output/data")
    }

    /// The file that carries the cause of a failure into SageMaker's status.
    pub(crate) fn failure_file(&self) -> PathBuf {
        let name = if self.processing_config().exists() { "message" } else { "failure" };
        self.0.join("output").join(name)
    }

    fn processing_config(&self) -> PathBuf {
        self.0.join("config/processingjobconfig.json")
    }

    /// Finds out which job this is.
    pub(crate) fn job(&self, environment: &Environment) -> Result<Job, Error> {
        if let Some(name) = &environment.training_job_name {
            let is_first_host = is_first_host(&self.0.join("input/config"));
            return Ok(Job { kind: JobKind::Training, name: name.clone(), max_runtime: None, is_first_host });
        }
        let path = self.processing_config();
        let Ok(text) = fs_err::read(&path) else { return Err(Error::NoJob { config: path }) };
        let config: ProcessingConfig =
            serde_json::from_slice(&text).map_err(|_| Error::JobConfig { path })?;
        Ok(Job {
            kind: JobKind::Processing,
            name: config.processing_job_name,
            max_runtime: config.stopping_condition.and_then(|condition| condition.max_runtime_in_seconds),
            is_first_host: is_first_host(&self.0.join("config")),
        })
    }

    /// Makes `processing/input/data` and `processing/output/data` true for both kinds of job.
    ///
    /// A processing job has its inputs there already. A training job has them in channels elsewhere: all of
    /// them are linked as folders, or, if `channel` stands for all of the data, that one is linked itself.
    pub(crate) fn make_promised_folders(&self, kind: JobKind, channel: Option<&str>) -> Result<(), Error> {
        let input = self.0.join("processing/input/data");
        create(&self.output_data())?;
        let channels = self.0.join("input/data");
        if kind == JobKind::Training && !input.exists() && channels.is_dir() {
            let one = channel.filter(|channel| !channel.is_empty()).map(|channel| channels.join(channel));
            // A pipe is not data that a folder could be linked to: it stays in the folder of channels.
            let target = one.filter(|channel| channel.is_dir()).unwrap_or(channels);
            create(input.parent().expect("the path was joined of several parts"))?;
            let linked = fs_err::os::unix::fs::symlink(target, &input);
            return linked.map_err(|source| Error::Work { path: input, source });
        }
        create(&input)
    }
}

/// Says whether this is the first of the job's hosts, which stores what the step produces.
fn is_first_host(config: &Path) -> bool {
    let text = fs_err::read(config.join("resourceconfig.json")).unwrap_or_default();
    match serde_json::from_slice::<ResourceConfig>(&text) {
        Ok(resources) => resources.hosts.iter().min().is_none_or(|first| *first == resources.current_host),
        // Where nothing is said of hosts there is one.
        Err(_) => true,
    }
}

pub(crate) fn create(folder: &Path) -> Result<(), Error> {
    let created = fs_err::create_dir_all(folder);
    created.map_err(|source| Error::Work { path: folder.to_owned(), source })
}
