//! The definition as the machine walks it.

use std::collections::HashMap;

use sagewright_sagemaker::definition::{Branch, Document, Trigger};

/// A document with its edges turned round: from each step to those that wait for it.
#[derive(Debug)]
pub struct Graph {
    /// The definition.
    pub document: Document,
    index: HashMap<String, usize>,
    /// Per step: who waits for it, and for what.
    pub(super) followers: Vec<Vec<(usize, Trigger)>>,
    /// Per Condition step: the steps in its branches.
    pub(super) gated: Vec<Vec<(usize, Branch)>>,
}

impl Graph {
    /// Turns the edges round.
    pub fn new(document: Document) -> Self {
        let count = document.steps.len();
        let mut followers = vec![Vec::new(); count];
        let mut gated = vec![Vec::new(); count];
        for (position, step) in document.steps.iter().enumerate() {
            for edge in &step.edges {
                followers[edge.from].push((position, edge.trigger));
            }
            if let Some(gate) = step.gate {
                gated[gate.condition].push((position, gate.branch));
            }
        }
        let index = document.steps.iter().enumerate().map(|(at, step)| (step.name.clone(), at)).collect();
        Self { document, index, followers, gated }
    }

    /// The index of a step.
    pub fn step(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// How many things a step waits for before it can start.
    pub(super) fn waits_for(&self, step: usize) -> usize {
        let step = &self.document.steps[step];
        step.edges.len() + usize::from(step.gate.is_some())
    }
}
