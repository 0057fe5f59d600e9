//! Environment variables have names that every kind of job accepts.
//!
//! Whether all of them fit into a job is found when the pipeline is planned.

use super::Level;
use crate::{Code, Diagnostic, Settings, limits};

pub(super) fn check(settings: &Settings, level: Level, found: &mut Vec<Diagnostic>) {
    for name in settings.environment.keys() {
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
    }
}

fn is_name(name: &str) -> bool {
    name.len() <= limits::ENVIRONMENT_KEY_LENGTH
        && name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}
