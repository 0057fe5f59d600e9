//! No steps wait for one another.

use crate::{Code, Diagnostic, Pipeline};

/// Steps of a cycle that are named; a longer one is shortened in the middle.
const NAMED: usize = 12;

pub(super) fn check(pipeline: &Pipeline, cycles: &[Vec<usize>], found: &mut Vec<Diagnostic>) {
    for cycle in cycles {
        let Some(first) = cycle.first() else { continue };
        let mut names: Vec<String> =
            cycle.iter().chain([first]).map(|step| format!("`{}`", pipeline.steps[*step].name)).collect();
        if names.len() > NAMED {
            let left_out = names.len() - NAMED;
            names.splice(NAMED / 2..NAMED / 2 + left_out, [format!("… {left_out} more …")]);
        }
        found.push(
            Diagnostic::new(Code::Cycle, format!("steps wait for one another: {}", names.join(" → ")))
                .hint("remove one of these inputs or `after` entries")
                .step(&pipeline.steps[*first]),
        );
    }
}
