//! No two steps have one name.

use std::collections::HashMap;

use crate::{Code, Diagnostic, Pipeline, Step};

pub(super) fn check(pipeline: &Pipeline, found: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, &Step> = HashMap::with_capacity(pipeline.steps.len());
    for step in &pipeline.steps {
        let Some(first) = seen.get(step.name.as_str()) else {
            seen.insert(&step.name, step);
            continue;
        };
        let other = match &first.source {
            Some(source) => format!(", the other is at {}:{}", source.file, source.line),
            None => String::new(),
        };
        found.push(
            Diagnostic::new(Code::DuplicateStep, format!("two steps have one name: `{}`{other}", step.name))
                .field("name")
                .hint("name one of them with `.with_options(name=\"…\")`")
                .step(step),
        );
    }
}
