//! Problems of a plan, collected so that what several steps inherit appears once.

use sagewright_spec::{Code, Diagnostic, Pipeline, Step};
use std::collections::{HashMap, HashSet};

/// The problems found so far.
pub(super) struct Report<'a> {
    pipeline: &'a Pipeline,
    found: Vec<Diagnostic>,
    seen: HashSet<(Code, String)>,
}

impl<'a> Report<'a> {
    /// Begins with problems that belong to no step.
    pub(super) fn new(pipeline: &'a Pipeline, found: Vec<Diagnostic>) -> Self {
        Report { pipeline, found, seen: HashSet::new() }
    }

    /// Adds a problem: of the step when its `own` settings brought it, else of the pipeline, and then once.
    pub(super) fn add(&mut self, step: &Step, own: bool, problem: Diagnostic) {
        if own {
            self.found.push(problem.step(step));
        } else if self.seen.insert((problem.code, problem.message.clone())) {
            self.found.push(problem.pipeline(self.pipeline));
        }
    }

    /// Adds a problem that is already tied to its place.
    pub(super) fn push(&mut self, problem: Diagnostic) {
        self.found.push(problem);
    }

    /// Returns all problems, those of no step first, then in the order of the steps.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        if !self.found.is_empty() {
            let steps = self.pipeline.steps.iter().enumerate();
            let positions: HashMap<&str, usize> =
                steps.map(|(position, step)| (step.name.as_str(), position)).collect();
            let position =
                |problem: &Diagnostic| problem.step.as_deref().map(|step| positions.get(step).copied());
            self.found.sort_by_key(position);
        }
        self.found
    }
}
