//! What a job's environment says, and which of it is known only when the run starts.

use sagewright_spec::limits::ENVIRONMENT_ENTRIES;
use sagewright_spec::{Element, Settings, Step};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use std::fmt::Write as _;

use super::JobKind;
use super::step::Context;
use crate::limits::{PROCESSING_ENVIRONMENT_VALUE_LENGTH, TRAINING_ENVIRONMENT_VALUE_LENGTH};

/// The value of an environment variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EnvironmentValue {
    /// Text that is known now.
    Text(String),
    /// The run's value of the named pipeline parameter, as text.
    Parameter(String),
    /// The ARN of the execution.
    ExecutionArn,
}

/// Prefix of the variables that carry parameters.
const PARAMETER_PREFIX: &str = "SAGEWRIGHT_PARAMETER_";
/// Prefix of the variables that together hold, as one JSON object, what does not fit by itself.
pub(super) const PACKED_PREFIX: &str = "SAGEWRIGHT_ENVIRONMENT_";

/// Returns the environment of a step's job: Sagewright's own variables, the parameters that the step uses in
/// the order it uses them, then the user's.
pub(super) fn of_step(
    context: &Context,
    step: &Step,
    kind: JobKind,
    settings: &Settings,
    max_runtime_in_seconds: i64,
) -> Vec<(String, EnvironmentValue)> {
    let target = context.target;
    let text = |value: &str| EnvironmentValue::Text(value.to_owned());
    let own = [
        ("SAGEWRIGHT_STORE", Some(text(target.store_uri.trim_end_matches('/')))),
        ("SAGEWRIGHT_PIPELINE", Some(text(&context.checked.pipeline().name))),
        ("SAGEWRIGHT_SPEC", Some(text(context.spec))),
        ("SAGEWRIGHT_CODE", target.code.as_deref().map(text)),
        ("SAGEWRIGHT_EXECUTION_ARN", Some(EnvironmentValue::ExecutionArn)),
        ("SAGEWRIGHT_MAX_RUNTIME_IN_SECONDS", Some(text(&max_runtime_in_seconds.to_string()))),
        ("SAGEWRIGHT_COMMAND_PATH", target.command_path.as_deref().map(text)),
    ];
    let own = own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let mut seen = HashSet::new();
    let parameters = step.elements().filter_map(|(_, element)| match element {
        Element::Parameter { parameter } if seen.insert(parameter) => {
            Some((format!("{PARAMETER_PREFIX}{parameter}"), EnvironmentValue::Parameter(parameter.clone())))
        }
        _ => None,
    });
    let user = settings.environment.iter().map(|(name, value)| (name.clone(), text(value)));
    fit(own.chain(parameters).chain(user).collect(), value_limit(kind))
}

/// Returns how long the value of an environment variable may be, in characters.
pub(super) fn value_limit(kind: JobKind) -> usize {
    match kind {
        JobKind::Training => TRAINING_ENVIRONMENT_VALUE_LENGTH,
        JobKind::Processing => PROCESSING_ENVIRONMENT_VALUE_LENGTH,
    }
}

/// Puts texts that are too long into variables that hold them together; when there are too many variables,
/// all of the user's.
fn fit(variables: Vec<(String, EnvironmentValue)>, limit: usize) -> Vec<(String, EnvironmentValue)> {
    let is_long = |value: &EnvironmentValue| matches!(value, EnvironmentValue::Text(text) if text.chars().count() > limit);
    if variables.len() <= ENVIRONMENT_ENTRIES && !variables.iter().any(|(_, value)| is_long(value)) {
        return variables;
    }
    let long_ones = pack(variables.clone(), limit, |_, value| is_long(value));
    if long_ones.len() <= ENVIRONMENT_ENTRIES {
        return long_ones;
    }
    pack(variables, limit, |name, value| is_long(value) || !name.starts_with("SAGEWRIGHT_"))
}

/// Takes out the texts that are to be packed and adds the variables that hold them.
fn pack(
    variables: Vec<(String, EnvironmentValue)>,
    limit: usize,
    is_packed: impl Fn(&str, &EnvironmentValue) -> bool,
) -> Vec<(String, EnvironmentValue)> {
    let mut packed = Map::new();
    let mut fitting = Vec::new();
    for (name, value) in variables {
        let is_packed = is_packed(&name, &value);
        match value {
            EnvironmentValue::Text(text) if is_packed => {
                packed.insert(name, json!(text));
            }
            value => fitting.push((name, value)),
        }
    }
    let text = ascii_json(&Value::Object(packed));
    let mut rest = text.as_str();
    for position in 0.. {
        let (chunk, behind) = rest.split_at(rest.len().min(limit));
        fitting.push((format!("{PACKED_PREFIX}{position}"), EnvironmentValue::Text(chunk.to_owned())));
        if behind.is_empty() {
            break;
        }
        rest = behind;
    }
    fitting
}

/// Writes JSON in ASCII, so that it can be split anywhere and however characters are counted.
fn ascii_json(value: &Value) -> String {
    let mut text = String::new();
    for letter in value.to_string().chars() {
        if letter.is_ascii() {
            text.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                write!(text, "\\u{unit:04x}").expect("a text takes everything");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(length: usize) -> EnvironmentValue {
        EnvironmentValue::Text("ü".repeat(length))
    }

    /// Puts the packed variables together again, as the supervisor does.
    fn unpack(variables: &[(String, EnvironmentValue)]) -> Value {
        let chunks = variables.iter().filter(|(name, _)| name.starts_with(PACKED_PREFIX));
        let text: String = chunks
            .map(|(_, value)| match value {
                EnvironmentValue::Text(text) => text.as_str(),
                other => panic!("not text: {other:?}"),
            })
            .collect();
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn what_fits_stays_as_it_is() {
        let variables = vec![("A".to_owned(), text(256)), ("B".to_owned(), EnvironmentValue::ExecutionArn)];
        assert_eq!(fit(variables.clone(), 256), variables);
    }

    #[test]
    fn long_texts_are_packed_and_the_others_stay() {
        let fitted = fit(vec![("A".to_owned(), text(257)), ("B".to_owned(), text(1))], 256);
        assert_eq!(fitted[0], ("B".to_owned(), text(1)));
        assert_eq!(fitted[1].0, "SAGEWRIGHT_ENVIRONMENT_0");
        assert!(
            fitted.iter().all(
                |(_, value)| matches!(value, EnvironmentValue::Text(text) if text.chars().count() <= 256)
            )
        );
        assert_eq!(unpack(&fitted), json!({"A": "ü".repeat(257)}));
    }

    #[test]
    fn too_many_variables_travel_together() {
        let variables = (0..300).map(|at| (format!("V{at}"), text(1))).collect();
        let fitted = fit(variables, 512);
        assert!(fitted.len() <= ENVIRONMENT_ENTRIES);
        assert_eq!(unpack(&fitted).as_object().unwrap().len(), 300);
    }
}
