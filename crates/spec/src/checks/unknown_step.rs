//! Every step that an input reads from exists.

use crate::index::Index;
use crate::{Code, Diagnostic, Element, Pipeline};

pub(super) fn check(pipeline: &Pipeline, index: &Index, found: &mut Vec<Diagnostic>) {
    for step in &pipeline.steps {
        for (argument, element) in step.elements() {
            let Element::Output { step: producer, .. } = element else { continue };
            if index.step(producer).is_none() {
                let nearest = index.nearest_step(producer, found.len());
                found.push(
                    Diagnostic::new(
                        Code::UnknownStep,
                        format!("step `{}` reads from a step that does not exist: `{producer}`", step.name),
                    )
                    .field(format!("inputs.{argument}"))
                    .suggest(nearest)
                    .step(step),
                );
            }
        }
    }
}
