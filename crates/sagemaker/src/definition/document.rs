//! The whole definition.

use std::collections::BTreeMap;

use serde_json::Value;

use super::parameter::{self, Parameter};
use super::reader::Reader;
use super::step::{self, Step};
use super::{graph, job};
use crate::api::Problem;

/// The only version there is.
const VERSION: &str = "2020-12-01";
/// Most characters of a definition, wherever it comes from.
///
/// A definition within a request is limited to 1,048,576 characters by the request's own shape. For one that is read from
/// S3 no limit is published; the SDK's own tests create pipelines of 2,000 steps that way, which this leaves room for.
pub const MAX_DEFINITION_CHARACTERS: usize = 10 * 1024 * 1024;
const KEYS: &[&str] =
    &["Version", "Metadata", "Parameters", "PipelineExperimentConfig", "MlflowConfig", "Steps"];

/// A definition without problems.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The parameters, in document order.
    pub parameters: Vec<Parameter>,
    /// All steps, those of branches right after their Condition step.
    pub steps: Vec<Step>,
    /// Indices into `steps`, each after everything it waits for.
    pub order: Vec<usize>,
    /// `PipelineExperimentConfig` as written; its values may be expressions.
    pub experiment: Option<Value>,
}

impl Document {
    /// Reads a definition; on failure all problems at once.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| vec![Problem::definition("", format!("Not valid JSON: {error}"))])?;
        let mut reader = Reader::default();
        let document = Self::read(&mut reader, &value);
        match document {
            Some(document) if reader.problems.is_empty() => Ok(document),
            _ => Err(reader.problems),
        }
    }

    fn read(reader: &mut Reader, value: &Value) -> Option<Self> {
        let top = "the top level";
        let object = reader.object(top, value)?;
        reader.known_keys(top, object, KEYS);
        if let Some(version) = reader.text(top, object, "Version")
            && version != VERSION
        {
            reader.problem(top, format!("Unknown Version '{version}'"));
        }
        if let Some(metadata) = object.get("Metadata").filter(|value| !value.is_null()) {
            reader.object("Metadata", metadata);
        }
        let parameters = match object.get("Parameters").filter(|value| !value.is_null()) {
            Some(value) => parameter::read_all(reader, value),
            None => Vec::new(),
        };
        let experiment = object.get("PipelineExperimentConfig").filter(|value| !value.is_null()).cloned();
        if let Some(experiment) = &experiment
            && let Some(members) = reader.object("PipelineExperimentConfig", experiment)
        {
            reader.known_keys("PipelineExperimentConfig", members, &["ExperimentName", "TrialName"]);
            job::expressions(reader, "PipelineExperimentConfig", experiment);
        }
        let mut steps = Vec::new();
        match object.get("Steps") {
            Some(Value::Array(list)) if list.is_empty() => {
                reader.problem("Steps", "Expected at least one step");
            }
            Some(value) => step::read_all(reader, "Steps", value, None, &mut steps),
            None => reader.problem(top, "Missing key 'Steps'"),
        }
        // Steps that could not be read would only make every reference to them a second problem.
        let order = if reader.problems.is_empty() {
            graph::link(reader, &parameters, &mut steps)
        } else {
            Vec::new()
        };
        Some(Self { parameters, steps, order, experiment })
    }

    /// The values of all parameters for one execution, typed: those given at start as text, defaults for the rest.
    pub fn bind(&self, given: &[(String, String)]) -> Result<BTreeMap<String, Value>, Vec<Problem>> {
        parameter::bind(&self.parameters, given)
    }

    /// The index of a step.
    pub fn step_index(&self, name: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.name == name)
    }
}

/// All problems of a definition as the message of one `ValidationException`.
pub fn describe(problems: &[Problem]) -> String {
    let texts: Vec<&str> = problems.iter().map(|problem| problem.text.as_str()).collect();
    format!("Unable to parse pipeline definition. {}", texts.join("; "))
}
