//! Steps have names that SageMaker accepts.

use super::is_name;
use crate::{Code, Diagnostic, Pipeline, limits};

pub(super) fn check(pipeline: &Pipeline, found: &mut Vec<Diagnostic>) {
    let limit = limits::STEP_NAME_LENGTH;
    for step in &pipeline.steps {
        let name = &step.name;
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
        if is_name(name, limit, allowed) {
            continue;
        }
        let length = name.chars().count();
        let message = if length > limit {
            format!("the name of step `{name}` has {length} characters, more than {limit}")
        } else {
            format!("not a name for a step: `{name}`")
        };
        found.push(
            Diagnostic::new(Code::InvalidStepName, message)
                .field("name")
                .hint(format!(
                    "use 1 to {limit} of the characters A-Z a-z 0-9 _ - : `.with_options(name=\"…\")` names a step"
                ))
                .step(step),
        );
    }
}
