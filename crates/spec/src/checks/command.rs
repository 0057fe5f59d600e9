//! Every step has a program to run.

use crate::{Code, Diagnostic, Pipeline};

pub(super) fn check(pipeline: &Pipeline, found: &mut Vec<Diagnostic>) {
    for step in &pipeline.steps {
        if step.command.first().is_none_or(String::is_empty) {
            found.push(
                Diagnostic::new(Code::EmptyCommand, format!("step `{}` has no command", step.name))
                    .field("command")
                    .hint("the first entry of `command` names a program that speaks the worker protocol")
                    .step(step),
            );
        }
    }
}
