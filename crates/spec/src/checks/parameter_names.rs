//! Parameters have names that AWS accepts, each its own.

use std::collections::HashSet;

use super::is_name;
use crate::{Code, Diagnostic, Pipeline, limits};

pub(super) fn check(pipeline: &Pipeline, found: &mut Vec<Diagnostic>) {
    let mut seen = HashSet::new();
    for (position, parameter) in pipeline.parameters.iter().enumerate() {
        let name = parameter.name.as_str();
        // The name is part of an environment variable's name, which is why `-` is not allowed.
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        if !is_name(name, limits::PARAMETER_NAME_LENGTH, allowed) {
            let limit = limits::PARAMETER_NAME_LENGTH;
            found.push(
                Diagnostic::new(Code::InvalidParameterName, format!("not a name for a parameter: `{name}`"))
                    .field(format!("parameters[{position}].name"))
                    .hint(format!("use 1 to {limit} of the characters A-Z a-z 0-9 _"))
                    .pipeline(pipeline),
            );
        }
        if !seen.insert(name) {
            found.push(
                Diagnostic::new(Code::DuplicateParameter, format!("two parameters have one name: `{name}`"))
                    .field(format!("parameters[{position}].name"))
                    .hint("rename one of them")
                    .pipeline(pipeline),
            );
        }
    }
}
