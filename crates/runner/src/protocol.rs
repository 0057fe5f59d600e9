//! The files that supervisor and worker exchange, as `docs/reference/worker-protocol.md` describes them.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Version of the protocol.
pub(crate) const VERSION: u64 = 1;
/// Variable that names the step file to the worker.
pub(crate) const STEP_VARIABLE: &str = "SAGEWRIGHT_STEP";

/// What the worker is told.
#[derive(Debug, Serialize)]
pub(crate) struct StepFile<'a> {
    pub(crate) version: u64,
    pub(crate) run_id: &'a str,
    pub(crate) pipeline: &'a str,
    pub(crate) step: &'a str,
    pub(crate) attempt: u32,
    pub(crate) code: Option<&'a Path>,
    pub(crate) inputs: &'a IndexMap<String, Given>,
    pub(crate) outputs: IndexMap<&'a str, OutputFolder>,
    pub(crate) result: &'a Path,
    pub(crate) error: &'a Path,
}

/// What the worker is given for one argument.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Given {
    /// An artifact on this machine.
    Artifact(GivenArtifact),
    /// A value.
    Value(Value),
    /// Several of the above.
    List(Vec<Given>),
}

/// An artifact on this machine.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct GivenArtifact {
    pub(crate) path: PathBuf,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) note: Option<String>,
}

/// A folder for the worker to fill.
#[derive(Debug, Serialize)]
pub(crate) struct OutputFolder {
    pub(crate) path: PathBuf,
}

/// What a worker writes when it is done.
#[derive(Debug, Deserialize)]
pub(crate) struct ResultFile {
    pub(crate) version: u64,
    #[serde(default)]
    pub(crate) outputs: IndexMap<String, ResultOutput>,
}

/// What a worker says of one output.
#[derive(Debug, Deserialize)]
pub(crate) struct ResultOutput {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) language_type: Option<String>,
    #[serde(default)]
    pub(crate) metadata: Map<String, Value>,
    #[serde(default)]
    pub(crate) preview: Value,
    #[serde(default)]
    pub(crate) note: Option<String>,
}

/// What a worker writes when the step failed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ErrorFile {
    pub(crate) version: u64,
    pub(crate) kind: String,
    #[serde(rename = "type", default)]
    pub(crate) exception_type: Option<String>,
    #[serde(default)]
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) traceback: Option<String>,
    #[serde(default)]
    pub(crate) file: Option<String>,
    #[serde(default)]
    pub(crate) line: Option<u32>,
    #[serde(default)]
    pub(crate) function: Option<String>,
    #[serde(default)]
    pub(crate) hint: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_an_input_names_itself() {
        let list = Given::List(vec![Given::Value(1.into())]);
        assert_eq!(serde_json::to_string(&list).unwrap(), r#"{"list":[{"value":1}]}"#);
    }
}
