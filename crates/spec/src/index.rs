//! Steps and parameters by name, so that the checks look nothing up twice.

use std::collections::HashMap;

use crate::{Parameter, Pipeline, Step, nearest};

/// Problems for which the nearest name is looked for. Comparing every wrong name with every right one would make
/// a large pipeline with one systematic mistake slow, and nobody reads further.
const SUGGESTIONS: usize = 20;

/// Where each name is; of two with one name, the first.
pub(crate) struct Index<'a> {
    pipeline: &'a Pipeline,
    steps: HashMap<&'a str, usize>,
    parameters: HashMap<&'a str, usize>,
}

impl<'a> Index<'a> {
    pub(crate) fn new(pipeline: &'a Pipeline) -> Self {
        let mut steps = HashMap::with_capacity(pipeline.steps.len());
        for (position, step) in pipeline.steps.iter().enumerate() {
            steps.entry(step.name.as_str()).or_insert(position);
        }
        let mut parameters = HashMap::with_capacity(pipeline.parameters.len());
        for (position, parameter) in pipeline.parameters.iter().enumerate() {
            parameters.entry(parameter.name.as_str()).or_insert(position);
        }
        Index { pipeline, steps, parameters }
    }

    /// Returns the position of the step in the document.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.steps.get(name).copied()
    }

    pub(crate) fn step(&self, name: &str) -> Option<&'a Step> {
        self.position(name).map(|position| &self.pipeline.steps[position])
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&'a Parameter> {
        self.parameters.get(name).map(|position| &self.pipeline.parameters[*position])
    }

    /// Returns the step that was probably meant; `found` is how many problems there are already.
    pub(crate) fn nearest_step(&self, name: &str, found: usize) -> Option<&'a str> {
        if found >= SUGGESTIONS {
            return None;
        }
        nearest(name, self.pipeline.steps.iter().map(|step| step.name.as_str()))
    }

    /// Returns the parameter that was probably meant.
    pub(crate) fn nearest_parameter(&self, name: &str) -> Option<&'a str> {
        nearest(name, self.pipeline.parameters.iter().map(|parameter| parameter.name.as_str()))
    }
}
