//! Every step that another is to run after exists.

use crate::index::Index;
use crate::{Code, Diagnostic, Pipeline};

pub(super) fn check(pipeline: &Pipeline, index: &Index, found: &mut Vec<Diagnostic>) {
    for step in &pipeline.steps {
        for (position, other) in step.after.iter().enumerate() {
            if index.step(other).is_none() {
                let nearest = index.nearest_step(other, found.len());
                found.push(
                    Diagnostic::new(
                        Code::UnknownAfter,
                        format!("step `{}` is to run after a step that does not exist: `{other}`", step.name),
                    )
                    .field(format!("after[{position}]"))
                    .suggest(nearest)
                    .step(step),
                );
            }
        }
    }
}
