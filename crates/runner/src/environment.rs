//! What the job's environment says. Nothing else in this program reads the environment.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use sagewright_store::Connection;

use crate::error::Error;

/// From SIGTERM to SIGKILL for the worker, in seconds. SageMaker kills this program after 120 seconds,
/// and the record has to be written before.
const GRACE: u64 = 100;
/// Prefix of the variables that carry pipeline parameters.
const PARAMETER: &str = "SAGEWRIGHT_PARAMETER_";
/// Prefix of the variables that together hold, as one JSON object, variables that did not fit by themselves.
const PACKED: &str = "SAGEWRIGHT_ENVIRONMENT_";

/// The variables that a job was created with, checked.
#[derive(Debug)]
pub(crate) struct Environment {
    /// Address of the artifact store.
    pub(crate) store: String,
    /// The user's name of the pipeline.
    pub(crate) pipeline: String,
    /// Hash of the spec.
    pub(crate) spec: String,
    /// Hash of the code archive; absent when the code is part of the image.
    pub(crate) code: Option<String>,
    /// ARN of the pipeline execution.
    pub(crate) execution_arn: String,
    /// Last segment of `execution_arn`.
    pub(crate) run_id: String,
    /// Folder that commands are looked for in first.
    pub(crate) command_path: Option<String>,
    /// How long the job may run, if the job was told.
    pub(crate) max_runtime: Option<Duration>,
    /// Variables that did not fit into the job's environment by themselves.
    pub(crate) packed: BTreeMap<String, String>,
    /// Values of the pipeline parameters that the step uses, as text, by name.
    pub(crate) parameters: BTreeMap<String, String>,
    /// Name of the training job, if this is one.
    pub(crate) training_job_name: Option<String>,
    /// From SIGTERM to SIGKILL for the worker, for platforms that are less patient than SageMaker.
    pub(crate) grace: Duration,
    /// Where commands are looked for.
    pub(crate) path: String,
    /// How to reach the store.
    pub(crate) connection: Connection,
}

/// Where `/opt/ml` is. Asked for by itself, because a failure is reported there.
pub(crate) fn ml_root() -> PathBuf {
    variable("SAGEWRIGHT_ML_ROOT").map_or_else(|| PathBuf::from("/opt/ml"), PathBuf::from)
}

/// Reads and checks all variables.
pub(crate) fn read() -> Result<Environment, Error> {
    let packed = unpack(variable)?;
    let variable = |name: &str| packed.get(name).cloned().or_else(|| variable(name));
    let required =
        |name: &'static str| variable(name).ok_or(Error::Variable { name, reason: "it is not set" });
    let execution_arn = required("SAGEWRIGHT_EXECUTION_ARN")?;
    let run_id = execution_arn.rsplit('/').next().unwrap_or_default().to_owned();
    if run_id.is_empty() || !run_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        let reason = "it is not the ARN of a pipeline execution";
        return Err(Error::Variable { name: "SAGEWRIGHT_EXECUTION_ARN", reason });
    }
    let parameters = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter_map(|(name, value)| Some((name.strip_prefix(PARAMETER)?.to_owned(), value)))
        .collect();
    Ok(Environment {
        store: required("SAGEWRIGHT_STORE")?,
        pipeline: required("SAGEWRIGHT_PIPELINE")?,
        spec: required("SAGEWRIGHT_SPEC")?,
        code: variable("SAGEWRIGHT_CODE"),
        execution_arn,
        run_id,
        command_path: variable("SAGEWRIGHT_COMMAND_PATH"),
        max_runtime: variable("SAGEWRIGHT_MAX_RUNTIME_IN_SECONDS")
            .and_then(|text| text.parse().ok())
            .map(Duration::from_secs),
        parameters,
        training_job_name: variable("TRAINING_JOB_NAME"),
        grace: Duration::from_secs(
            variable("SAGEWRIGHT_GRACE_SECONDS").and_then(|text| text.parse().ok()).unwrap_or(GRACE),
        ),
        path: variable("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".to_owned()),
        connection: Connection::from_environment(variable),
        packed,
    })
}

/// A variable that is set to something.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Puts the packed variables together again.
fn unpack(variable: impl Fn(&str) -> Option<String>) -> Result<BTreeMap<String, String>, Error> {
    let chunks = (0..).map_while(|position| variable(&format!("{PACKED}{position}")));
    let text: String = chunks.collect();
    if text.is_empty() {
        return Ok(BTreeMap::new());
    }
    serde_json::from_str(&text).map_err(|_| Error::Variable {
        name: "SAGEWRIGHT_ENVIRONMENT_0",
        reason: "it and those after it do not hold variables",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_variables_are_put_together() {
        let variable = |name: &str| match name {
            "SAGEWRIGHT_ENVIRONMENT_0" => Some(r#"{"A": "\u0"#.to_owned()),
            "SAGEWRIGHT_ENVIRONMENT_1" => Some(r#"0fc", "B": ""}"#.to_owned()),
            _ => None,
        };
        let found = unpack(variable).unwrap();
        assert_eq!(found, BTreeMap::from([("A".into(), "\u{fc}".into()), ("B".into(), String::new())]));
        assert_eq!(unpack(|_| None).unwrap(), BTreeMap::new());
        assert!(unpack(|name| (name == "SAGEWRIGHT_ENVIRONMENT_0").then(|| "{".to_owned())).is_err());
    }
}
