//! Pipeline parameters: declared with types, passed as text.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use super::reader::Reader;
use crate::api::Problem;

/// One entry of `Parameters`.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: ParameterType,
    /// Its value when none is passed at start; already of its type.
    pub default: Option<Value>,
    /// The only values a String parameter may have; empty if any.
    pub values: Vec<String>,
}

/// The types of parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterType {
    /// Text.
    String,
    /// A whole number of 64 bits.
    Integer,
    /// A number of 64 bits.
    Float,
    /// True or false.
    Boolean,
}

impl ParameterType {
    /// The type's name in a definition.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Integer => "Integer",
            Self::Float => "Float",
            Self::Boolean => "Boolean",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::String, Self::Integer, Self::Float, Self::Boolean].into_iter().find(|kind| kind.name() == name)
    }

    /// The typed value of a text passed at start. Python's `True` and `False` count as Booleans.
    pub fn read(self, text: &str) -> Option<Value> {
        match self {
            Self::String => Some(Value::String(text.to_owned())),
            Self::Integer => text.trim().parse::<i64>().ok().map(Value::from),
            Self::Float => text.trim().parse::<f64>().ok().and_then(Number::from_f64).map(Value::Number),
            Self::Boolean => match text.trim() {
                "true" | "True" | "TRUE" => Some(Value::Bool(true)),
                "false" | "False" | "FALSE" => Some(Value::Bool(false)),
                _ => None,
            },
        }
    }

    fn typed(self, value: &Value) -> Option<Value> {
        match self {
            Self::String => value.is_string().then(|| value.clone()),
            Self::Integer => value.is_i64().then(|| value.clone()),
            Self::Float => value.as_f64().and_then(Number::from_f64).map(Value::Number),
            Self::Boolean => value.is_boolean().then(|| value.clone()),
        }
    }
}

const KEYS: &[&str] = &["Name", "Type", "DefaultValue", "EnumValues", "Description"];

pub(super) fn read_all(reader: &mut Reader, value: &Value) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for (index, entry) in reader.list("Parameters", value).iter().enumerate() {
        let place = format!("Parameters[{index}]");
        let Some(object) = reader.object(&place, entry) else { continue };
        let Some(parameter) = read(reader, &place, object) else { continue };
        if parameters.iter().any(|other| other.name == parameter.name) {
            reader.problem(&place, format!("Parameter '{}' is defined twice", parameter.name));
        }
        parameters.push(parameter);
    }
    parameters
}

fn read(reader: &mut Reader, place: &str, object: &Map<String, Value>) -> Option<Parameter> {
    reader.known_keys(place, object, KEYS);
    let name = reader.name(place, object, "Name")?;
    let type_name = reader.text(place, object, "Type")?;
    let Some(kind) = ParameterType::parse(type_name) else {
        reader.problem(place, format!("Parameter '{name}' has the unknown type '{type_name}'"));
        return None;
    };
    let values = match object.get("EnumValues").filter(|value| !value.is_null()) {
        Some(_) if kind != ParameterType::String => {
            reader.problem(place, format!("Parameter '{name}' has EnumValues but is not a String"));
            Vec::new()
        }
        Some(values) => {
            let values = reader.list(place, values);
            values.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        None => Vec::new(),
    };
    let given = object.get("DefaultValue").filter(|value| !value.is_null());
    let default = given.and_then(|value| kind.typed(value));
    if given.is_some() && default.is_none() {
        reader.problem(place, format!("DefaultValue of parameter '{name}' is not of type {}", kind.name()));
    }
    let parameter = Parameter { name, kind, default, values };
    if let Some(default) = &parameter.default
        && !parameter.allows(default)
    {
        reader.problem(
            place,
            format!("DefaultValue of parameter '{}' is not one of its EnumValues", parameter.name),
        );
    }
    Some(parameter)
}

impl Parameter {
    fn allows(&self, value: &Value) -> bool {
        self.values.is_empty()
            || value.as_str().is_some_and(|text| self.values.iter().any(|known| known == text))
    }
}

/// Values for all parameters: those passed as text, the defaults for the rest.
pub(super) fn bind(
    parameters: &[Parameter],
    given: &[(String, String)],
) -> Result<BTreeMap<String, Value>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut refuse = |name: &str, text: String| {
        problems.push(Problem::definition(format!("PipelineParameters.{name}"), text));
    };
    let mut values = BTreeMap::new();
    for (name, text) in given {
        let Some(parameter) = parameters.iter().find(|parameter| parameter.name == *name) else {
            refuse(name, format!("Parameter '{name}' is not defined in the pipeline definition"));
            continue;
        };
        match parameter.kind.read(text) {
            Some(_) if values.contains_key(name) => {
                refuse(name, format!("Parameter '{name}' is given twice"));
            }
            Some(value) if parameter.allows(&value) => {
                values.insert(name.clone(), value);
            }
            Some(_) => refuse(
                name,
                format!(
                    "Value '{text}' of parameter '{name}' is not one of [{}]",
                    parameter.values.join(", ")
                ),
            ),
            None => {
                refuse(
                    name,
                    format!("Value '{text}' of parameter '{name}' is not of type {}", parameter.kind.name()),
                );
            }
        }
    }
    for parameter in parameters {
        if given.iter().any(|(name, _)| *name == parameter.name) {
            continue;
        }
        match &parameter.default {
            Some(default) => {
                values.insert(parameter.name.clone(), default.clone());
            }
            None => refuse(
                &parameter.name,
                format!("Parameter '{}' has no default value and none was given", parameter.name),
            ),
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(problems) }
}
