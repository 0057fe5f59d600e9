//! The model file, read once.

use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, OnceLock};

use regex::Regex;
use serde::Deserialize;

static TEXT: &str = include_str!("model.gen.json");
static MODEL: LazyLock<Model> =
    LazyLock::new(|| serde_json::from_str(TEXT).expect("the generated model is read back by a test"));

/// The model; parsed when first asked for.
pub fn model() -> &'static Model {
    &MODEL
}

/// All services in the file.
#[derive(Debug, Deserialize)]
pub struct Model {
    services: BTreeMap<String, Service>,
}

impl Model {
    /// A service by its botocore name: `sagemaker`, `logs`, `sts`.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.get(name)
    }

    /// An operation of any service.
    pub fn operation(&self, name: &str) -> Option<Operation<'_>> {
        self.services.values().find_map(|service| {
            service.operations.get(name).map(|sides| Operation {
                service,
                input: sides.input.as_deref(),
                output: sides.output.as_deref(),
            })
        })
    }
}

/// One operation's shapes.
#[derive(Debug, Clone, Copy)]
pub struct Operation<'a> {
    /// The service it belongs to.
    pub service: &'a Service,
    /// The name of the request's shape.
    pub input: Option<&'a str>,
    /// The name of the response's shape.
    pub output: Option<&'a str>,
}

/// One service's part of the model.
#[derive(Debug, Deserialize)]
pub struct Service {
    operations: BTreeMap<String, Sides>,
    shapes: HashMap<String, Shape>,
}

impl Service {
    /// A shape by name.
    pub fn shape(&self, name: &str) -> Option<&Shape> {
        self.shapes.get(name)
    }

    /// The operations in the model.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.operations.keys().map(String::as_str)
    }

    #[cfg(test)]
    pub(super) fn shapes(&self) -> impl Iterator<Item = (&String, &Shape)> {
        self.shapes.iter()
    }
}

#[derive(Debug, Deserialize)]
struct Sides {
    input: Option<String>,
    output: Option<String>,
}

/// The JSON type behind a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An object with known members.
    Structure,
    /// An array.
    List,
    /// An object with free keys.
    Map,
    /// Text.
    String,
    /// 32 bits.
    Integer,
    /// 64 bits.
    Long,
    /// A number.
    Float,
    /// A number.
    Double,
    /// True or false.
    Boolean,
    /// Epoch seconds.
    Timestamp,
    /// Base64 text.
    Blob,
}

/// One shape.
#[derive(Debug, Deserialize)]
pub struct Shape {
    /// Its JSON type.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Members of a structure that must be there.
    #[serde(default)]
    pub required: Vec<String>,
    /// Members of a structure and the names of their shapes.
    #[serde(default)]
    pub members: BTreeMap<String, String>,
    /// The shape of a list's members.
    pub member: Option<String>,
    /// The shape of a map's keys.
    pub key: Option<String>,
    /// The shape of a map's values.
    pub value: Option<String>,
    /// Smallest length (text, list, map) or value (number).
    pub min: Option<f64>,
    /// Largest length or value.
    pub max: Option<f64>,
    /// What the whole text must match.
    pub pattern: Option<String>,
    /// The values that a text may have.
    #[serde(rename = "enum", default)]
    pub values: Vec<String>,
    #[serde(skip)]
    regex: OnceLock<Option<Regex>>,
}

impl Shape {
    /// The pattern, anchored at both ends. Patterns with look-around, surrogate pairs or Java's own classes cannot be expressed in
    /// [`regex`]; they are skipped, and a test keeps the list of them.
    pub fn regex(&self) -> Option<&Regex> {
        let pattern = self.pattern.as_deref()?;
        self.regex.get_or_init(|| Regex::new(&format!("^(?:{pattern})$")).ok()).as_ref()
    }
}
