//! What a job's environment says, and which of it is known only when the run starts.

use sagewright_spec::{Element, Settings, Step};
use serde::Serialize;
use std::collections::HashSet;

use super::step::Context;

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
pub(super) const PARAMETER_PREFIX: &str = "SAGEWRIGHT_PARAMETER_";

/// Returns the environment of a step's job: Sagewright's own variables, the parameters that the step uses in
/// the order it uses them, then the user's.
pub(super) fn of_step(
    context: &Context,
    step: &Step,
    settings: &Settings,
) -> Vec<(String, EnvironmentValue)> {
    let target = context.target;
    let text = |value: &str| EnvironmentValue::Text(value.to_owned());
    let own = [
        ("SAGEWRIGHT_STORE", Some(text(target.store_uri.trim_end_matches('/')))),
        ("SAGEWRIGHT_PIPELINE", Some(text(&context.checked.pipeline().name))),
        ("SAGEWRIGHT_SPEC", Some(text(context.spec))),
        ("SAGEWRIGHT_CODE", target.code.as_deref().map(text)),
        ("SAGEWRIGHT_EXECUTION_ARN", Some(EnvironmentValue::ExecutionArn)),
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
    own.chain(parameters).chain(user).collect()
}
