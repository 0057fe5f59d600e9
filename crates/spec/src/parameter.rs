//! Pipeline parameters: scalars that are set when a run starts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use std::fmt;

/// A scalar that a run can set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Name, unique in the pipeline.
    pub name: String,
    /// Type of its values.
    #[serde(rename = "type")]
    pub kind: ParameterType,
    /// The value when a run sets none; without it every run must set one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// What the parameter is for, in the user's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ParameterType {
    /// Text.
    String,
    /// A whole number of 64 bits.
    Integer,
    /// A finite number.
    Float,
    /// True or false.
    Boolean,
}

impl ParameterType {
    /// Returns the value as this type holds it, or nothing when it is of another type.
    ///
    /// A whole number is a float too; nothing else is converted.
    pub fn accept(self, value: &Value) -> Option<Value> {
        match (self, value) {
            (ParameterType::String, Value::String(_)) | (ParameterType::Boolean, Value::Bool(_)) => {
                Some(value.clone())
            }
            (ParameterType::Integer, Value::Number(number)) => number.as_i64().map(Value::from),
            (ParameterType::Float, Value::Number(number)) => {
                number.as_f64().and_then(Number::from_f64).map(Value::Number)
            }
            _ => None,
        }
    }

    /// Reads a value of this type from text, as typed on a command line, or returns nothing.
    ///
    /// Booleans are `true`, `false`, and `True` and `False` as Python writes them.
    pub fn read(self, text: &str) -> Option<Value> {
        match self {
            ParameterType::String => Some(Value::from(text)),
            ParameterType::Integer => text.trim().parse::<i64>().ok().map(Value::from),
            ParameterType::Float => {
                text.trim().parse::<f64>().ok().and_then(Number::from_f64).map(Value::Number)
            }
            ParameterType::Boolean => match text.trim() {
                "true" | "True" => Some(Value::Bool(true)),
                "false" | "False" => Some(Value::Bool(false)),
                _ => None,
            },
        }
    }

    /// Returns what a value of this type looks like, for a hint.
    pub(crate) fn example(self) -> &'static str {
        match self {
            ParameterType::String => "text",
            ParameterType::Integer => "a whole number such as `3`",
            ParameterType::Float => "a number such as `0.5`",
            ParameterType::Boolean => "`true` or `false`",
        }
    }
}

impl fmt::Display for ParameterType {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(match self {
            ParameterType::String => "string",
            ParameterType::Integer => "integer",
            ParameterType::Float => "float",
            ParameterType::Boolean => "boolean",
        })
    }
}
