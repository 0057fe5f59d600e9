//! A run can be started with all parameters of the pipeline.

use crate::{Code, Diagnostic, Pipeline, limits};

pub(super) fn check(pipeline: &Pipeline, found: &mut Vec<Diagnostic>) {
    let (count, limit) = (pipeline.parameters.len(), limits::PARAMETERS);
    if count > limit {
        found.push(
            Diagnostic::new(
                Code::TooManyParameters,
                format!("pipeline `{}` has {count} parameters, more than {limit}", pipeline.name),
            )
            .field("parameters")
            .hint("make a constant of what never changes, or read many values from one file")
            .pipeline(pipeline),
        );
    }
}
