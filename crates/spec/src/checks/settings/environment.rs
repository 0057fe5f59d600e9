//! Environment variables have names and values that every kind of job accepts.
//!
//! What only processing jobs refuse is found when the pipeline is planned.

use super::Level;
use crate::{Code, Diagnostic, Settings, limits};

pub(super) fn check(settings: &Settings, level: Level, found: &mut Vec<Diagnostic>) {
    let environment = &settings.environment;
    if environment.len() > limits::ENVIRONMENT_ENTRIES {
        let (count, limit) = (environment.len(), limits::ENVIRONMENT_ENTRIES);
        let message = format!("{count} environment variables, more than {limit}");
        found.push(
            level
                .problem(Code::TooManyEnvironmentVariables, message, "environment")
                .hint("put many values into one file or one JSON value"),
        );
    }
    for (name, value) in environment {
        let field = format!("environment.{name}");
        if name.to_ascii_uppercase().starts_with(limits::RESERVED_ENVIRONMENT_PREFIX) {
            let message = format!("environment variables that begin with SAGEWRIGHT_ are reserved: `{name}`");
            found.push(level.problem(Code::ReservedEnvironment, message, &field).hint("choose another name"));
        } else if !is_name(name) {
            let message = format!("not a name for an environment variable: `{name}`");
            found.push(level.problem(Code::InvalidEnvironmentName, message, &field).hint(format!(
                "use 1 to {} of the characters A-Z a-z 0-9 _ and do not begin with a digit",
                limits::ENVIRONMENT_KEY_LENGTH
            )));
        }
        let length = value.chars().count();
        if length > limits::ENVIRONMENT_VALUE_LENGTH {
            let limit = limits::ENVIRONMENT_VALUE_LENGTH;
            let message = format!(
                "the value of environment variable `{name}` has {length} characters, more than {limit}"
            );
            found.push(
                level
                    .problem(Code::EnvironmentValueTooLong, message, &field)
                    .hint("put long text into a file or an object in S3 and pass its place"),
            );
        }
    }
}

fn is_name(name: &str) -> bool {
    name.len() <= limits::ENVIRONMENT_KEY_LENGTH
        && name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}
