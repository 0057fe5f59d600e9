//! Every parameter that an input takes exists.

use crate::index::Index;
use crate::{Code, Diagnostic, Element, Pipeline};

pub(super) fn check(pipeline: &Pipeline, index: &Index, found: &mut Vec<Diagnostic>) {
    for step in &pipeline.steps {
        for (argument, element) in step.elements() {
            let Element::Parameter { parameter } = element else { continue };
            if index.parameter(parameter).is_none() {
                found.push(
                    Diagnostic::new(
                        Code::UnknownParameter,
                        format!("step `{}` takes a parameter that does not exist: `{parameter}`", step.name),
                    )
                    .field(format!("inputs.{argument}"))
                    .suggest(index.nearest_parameter(parameter))
                    .step(step),
                );
            }
        }
    }
}
