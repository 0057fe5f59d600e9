//! The pipeline has something to run.

use crate::{Code, Diagnostic, Pipeline};

pub(super) fn check(pipeline: &Pipeline, found: &mut Vec<Diagnostic>) {
    if pipeline.steps.is_empty() {
        found.push(
            Diagnostic::new(Code::NoSteps, format!("pipeline `{}` has no steps", pipeline.name))
                .field("steps")
                .hint("call at least one step in the pipeline function")
                .pipeline(pipeline),
        );
    }
}
