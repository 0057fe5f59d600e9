//! Inputs of a step: an earlier step's output, a pipeline parameter, a constant, or a list of those.
//!
//! Reading is written by hand so that a wrong input is answered with what is wrong, not with "no variant matched".

use schemars::JsonSchema;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// What a step is given for one argument.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum Input {
    /// One value.
    One(Element),
    /// Several values that reach the step as one list; lists do not nest.
    List {
        /// The values, in order.
        list: Vec<Element>,
    },
}

/// One value that reaches a step.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum Element {
    /// What an earlier step left behind.
    Output {
        /// Name of the earlier step.
        step: String,
        /// Name of its output.
        output: String,
    },
    /// The value of a pipeline parameter, known when the run starts.
    Parameter {
        /// Name of the parameter.
        parameter: String,
    },
    /// A constant.
    Value {
        /// Any JSON value.
        value: Value,
    },
}

impl Input {
    /// Returns the elements: one, or all of the list.
    pub fn elements(&self) -> &[Element] {
        match self {
            Input::One(element) => std::slice::from_ref(element),
            Input::List { list } => list,
        }
    }
}

impl<'de> Deserialize<'de> for Input {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FormVisitor { lists: true })
    }
}

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_map(FormVisitor { lists: false })? {
            Input::One(element) => Ok(element),
            Input::List { .. } => Err(de::Error::custom("a list inside a list")),
        }
    }
}

/// Reads an object of one of the forms; `lists` says whether the list form may appear here.
struct FormVisitor {
    lists: bool,
}

impl FormVisitor {
    fn forms(&self) -> &'static [&'static str] {
        if self.lists {
            &["step", "output", "parameter", "value", "list"]
        } else {
            &["step", "output", "parameter", "value"]
        }
    }
}

impl<'de> Visitor<'de> for FormVisitor {
    type Value = Input;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object with `step` and `output`, or `parameter`, or `value`")?;
        if self.lists { formatter.write_str(", or `list`") } else { Ok(()) }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Input, A::Error> {
        let (mut step, mut output, mut parameter, mut value, mut list) = (None, None, None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "step" => step = Some(map.next_value()?),
                "output" => output = Some(map.next_value()?),
                "parameter" => parameter = Some(map.next_value()?),
                "value" => value = Some(map.next_value()?),
                "list" if self.lists => list = Some(map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    return Err(de::Error::unknown_field(&key, self.forms()));
                }
            }
        }
        match (step, output, parameter, value, list) {
            (Some(step), Some(output), None, None, None) => Ok(Input::One(Element::Output { step, output })),
            (None, None, Some(parameter), None, None) => Ok(Input::One(Element::Parameter { parameter })),
            (None, None, None, Some(value), None) => Ok(Input::One(Element::Value { value })),
            (None, None, None, None, Some(list)) => Ok(Input::List { list }),
            (Some(_), None, None, None, None) => Err(de::Error::missing_field("output")),
            (None, Some(_), None, None, None) => Err(de::Error::missing_field("step")),
            (None, None, None, None, None) => Err(de::Error::custom("an input that says nothing")),
            _ => Err(de::Error::custom("an input that is several things at once")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Input, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn every_form_is_read_and_written_alike() {
        for text in [
            r#"{"step":"load","output":"rows"}"#,
            r#"{"parameter":"depth"}"#,
            r#"{"value":null}"#,
            r#"{"list":[{"step":"load","output":"rows"},{"value":1},{"parameter":"p"}]}"#,
        ] {
            let input = read(text).unwrap();
            assert_eq!(serde_json::to_string(&input).unwrap(), text);
        }
    }

    #[test]
    fn other_forms_are_named() {
        for (text, expected) in [
            (r#"{"step":"load"}"#, "missing field `output`"),
            (r#"{"output":"rows"}"#, "missing field `step`"),
            ("{}", "an input that says nothing"),
            (r#"{"value":1,"parameter":"p"}"#, "several things at once"),
            (r#"{"vaule":1}"#, "unknown field `vaule`"),
            (r#"{"list":[{"list":[]}]}"#, "unknown field `list`"),
            ("3", "expected an object with `step` and `output`"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
