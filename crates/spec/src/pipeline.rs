//! The document: a pipeline, its steps, their outputs and where they were written.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

use crate::{Element, Input, Parameter, Settings};

/// The version of the document that this crate reads and writes.
pub const VERSION: u32 = 1;

/// A pipeline: steps, what flows between them, and how they run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    /// Version of the document's form; always 1.
    #[schemars(range(min = 1, max = 1))]
    pub version: u32,
    /// The user's own name of the pipeline.
    pub name: String,
    /// What the pipeline is for, in the user's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Scalars that a run, a schedule or a person in Studio can set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
    /// The steps, in the order they were written.
    pub steps: Vec<Step>,
    /// Settings for all steps; a step's own settings win.
    #[serde(default, skip_serializing_if = "Settings::is_empty")]
    pub settings: Settings,
    /// Tags of the pipeline itself.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Where the pipeline was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// One step: a command that reads inputs and writes outputs, run as one job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The user's own name of the step, unique in the pipeline.
    pub name: String,
    /// Program and arguments that speak the worker protocol.
    pub command: Vec<String>,
    /// What the step does, in the user's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What the step is given, keyed by the argument's name, in the order of the arguments.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub inputs: IndexMap<String, Input>,
    /// What the step leaves behind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<Output>,
    /// Steps that must have succeeded first although no data flows from them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// The step's own settings; they win over the pipeline's.
    #[serde(default, skip_serializing_if = "Settings::is_empty")]
    pub settings: Settings,
    /// Where the step was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// A named output of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Name of the output, unique in the step; `output` when the user gave none.
    pub name: String,
    /// The type as the user's language names it. For people only: nothing depends on it.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub type_name: Option<String>,
}

/// A place in the user's own code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Path of the file, relative to the root of the user's code.
    pub file: String,
    /// Line in the file, counted from one.
    pub line: u32,
    /// Name of the function that starts there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
}

impl Pipeline {
    /// Writes the document in its one canonical form: compact, fields in declared order, nothing that is empty.
    pub fn to_canonical_json(&self) -> String {
        serde_json::to_string(self).expect("a pipeline has only text keys and finite numbers")
    }

    /// Returns the SHA-256 of the canonical form, in lower-case hexadecimal.
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.to_canonical_json()))
    }
}

impl Step {
    /// Returns every element of every input with the argument's name; a list gives one entry per element.
    pub fn elements(&self) -> impl Iterator<Item = (&str, &Element)> {
        self.inputs.iter().flat_map(|(argument, input)| {
            input.elements().iter().map(move |element| (argument.as_str(), element))
        })
    }
}
