//! From a [`Pipeline`] to a [`CheckedPipeline`]: all checks run, all problems are reported at once.

use std::collections::HashMap;

use crate::graph::Graph;
use crate::index::Index;
use crate::{Diagnostic, Pipeline, Settings, checks};

/// A pipeline that every check has passed. Only [`check`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedPipeline {
    pipeline: Pipeline,
    order: Vec<usize>,
    dependencies: Vec<Vec<usize>>,
}

impl CheckedPipeline {
    /// Returns the pipeline.
    pub fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    /// Returns positions of steps such that each comes after all it waits for.
    ///
    /// Of several steps that could be next, the first in the document comes first.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// Returns the positions of the steps that the step at `position` waits for: ascending, each once.
    pub fn dependencies(&self, position: usize) -> &[usize] {
        &self.dependencies[position]
    }
}

/// Checks the pipeline and returns either it or everything that is wrong with it.
///
/// Problems come in the order of the steps, those of the pipeline itself first. The time is linear in the size
/// of the pipeline.
pub fn check(pipeline: Pipeline) -> Result<CheckedPipeline, Vec<Diagnostic>> {
    let index = Index::new(&pipeline);
    let graph = Graph::new(&pipeline, &index);
    let order = graph.order();
    let mut found = checks::run(&pipeline, &index, &order.cycles);
    if found.is_empty() {
        let dependencies = graph.dependencies;
        return Ok(CheckedPipeline { order: order.order, dependencies, pipeline });
    }
    sort(&pipeline, &mut found);
    Err(found)
}

/// Checks settings that belong to no pipeline, such as those of a stack component.
pub fn check_settings(settings: &Settings) -> Vec<Diagnostic> {
    checks::settings(settings)
}

/// Puts the problems in the order of the steps and keeps the order of the checks within a step.
fn sort(pipeline: &Pipeline, found: &mut [Diagnostic]) {
    let mut positions = HashMap::with_capacity(pipeline.steps.len());
    for (position, step) in pipeline.steps.iter().enumerate() {
        positions.entry(step.name.as_str()).or_insert(position);
    }
    found.sort_by_key(|problem| problem.step.as_deref().and_then(|step| positions.get(step)).copied());
}
