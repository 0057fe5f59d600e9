//! The pipeline's name can be a folder in the artifact store and part of a name in AWS.

use super::is_name;
use crate::{Code, Diagnostic, Pipeline, limits};

pub(super) fn check(pipeline: &Pipeline, found: &mut Vec<Diagnostic>) {
    let name = &pipeline.name;
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    let sound = is_name(name, limits::PIPELINE_NAME_LENGTH, allowed)
        && !name.starts_with(['.', '-'])
        && name.contains(|letter: char| letter.is_ascii_alphanumeric());
    if !sound {
        let limit = limits::PIPELINE_NAME_LENGTH;
        found.push(
            Diagnostic::new(Code::InvalidPipelineName, format!("not a name for a pipeline: `{name}`"))
                .field("name")
                .hint(format!(
                    "use 1 to {limit} of the characters A-Z a-z 0-9 _ - . and begin with a letter or a digit: \
                     `@pipeline(name=\"…\")`"
                ))
                .pipeline(pipeline),
        );
    }
}
