//! The definition document as it is written.

use serde::Serialize;
use serde_json::{Map, Value};

/// The one version of the document that SageMaker knows.
const VERSION: &str = "2020-12-01";

/// A pipeline definition. Serialises with the keys in the order that SageMaker's own SDK writes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Definition {
    version: &'static str,
    metadata: Map<String, Value>,
    parameters: Vec<Value>,
    /// Null, so that no experiment and no trial is made for every run.
    pipeline_experiment_config: (),
    steps: Vec<DefinitionStep>,
}

/// A step of a definition.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DefinitionStep {
    /// Name in SageMaker.
    pub name: String,
    /// Type of the step, such as `Training`.
    #[serde(rename = "Type")]
    pub kind: &'static str,
    /// The user's own name.
    pub display_name: String,
    /// What the step does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Names in SageMaker of the steps it waits for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<String>,
    /// When the service tries again by itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub retry_policies: Vec<Value>,
    /// The request that creates the job, without the job's name.
    pub arguments: Value,
}

impl Definition {
    pub(super) fn new(parameters: Vec<Value>, steps: Vec<DefinitionStep>) -> Self {
        Definition {
            version: VERSION,
            metadata: Map::new(),
            parameters,
            pipeline_experiment_config: (),
            steps,
        }
    }

    /// Returns the steps, in the order of the plan.
    pub fn steps(&self) -> &[DefinitionStep] {
        &self.steps
    }

    /// Writes the definition in one line, as it is submitted.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a definition has only text keys")
    }

    /// Writes the definition for people.
    pub fn to_json_pretty(&self) -> String {
        serde_json::to_string_pretty(self).expect("a definition has only text keys")
    }
}
