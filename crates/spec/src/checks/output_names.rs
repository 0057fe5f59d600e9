//! Outputs have names that can be folders in the artifact store, each its own within its step.

use std::collections::HashSet;

use super::is_name;
use crate::{Code, Diagnostic, Pipeline, limits};

pub(super) fn check(pipeline: &Pipeline, found: &mut Vec<Diagnostic>) {
    for step in &pipeline.steps {
        let mut seen = HashSet::with_capacity(step.outputs.len());
        for (position, output) in step.outputs.iter().enumerate() {
            let name = output.name.as_str();
            let field = format!("outputs[{position}].name");
            let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
            if !is_name(name, limits::OUTPUT_NAME_LENGTH, allowed) || name.starts_with('.') {
                let limit = limits::OUTPUT_NAME_LENGTH;
                found.push(
                    Diagnostic::new(Code::InvalidOutputName, format!("not a name for an output: `{name}`"))
                        .field(&field)
                        .hint(format!(
                            "use 1 to {limit} of the characters A-Z a-z 0-9 _ - . and do not begin with a dot: \
                             `Annotated[T, \"…\"]` names an output"
                        ))
                        .step(step),
                );
            }
            if !seen.insert(name) {
                found.push(
                    Diagnostic::new(
                        Code::DuplicateOutput,
                        format!("two outputs of step `{}` have one name: `{name}`", step.name),
                    )
                    .field(field)
                    .hint("name one of them with `Annotated[T, \"…\"]`")
                    .step(step),
                );
            }
        }
    }
}
