//! No step waits for itself.

use crate::{Code, Diagnostic, Element, Pipeline};

pub(super) fn check(pipeline: &Pipeline, found: &mut Vec<Diagnostic>) {
    for step in &pipeline.steps {
        let data = step.elements().filter_map(|(argument, element)| match element {
            Element::Output { step: producer, .. } if *producer == step.name => {
                Some(format!("inputs.{argument}"))
            }
            _ => None,
        });
        let after = step
            .after
            .iter()
            .enumerate()
            .filter(|(_, other)| **other == step.name)
            .map(|(position, _)| format!("after[{position}]"));
        if let Some(field) = data.chain(after).next() {
            found.push(
                Diagnostic::new(Code::SelfDependency, format!("step `{}` waits for itself", step.name))
                    .field(field)
                    .hint("a step can only wait for other steps")
                    .step(step),
            );
        }
    }
}
