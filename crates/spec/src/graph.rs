//! Which step waits for which, in which order they can run, and where they wait for one another.
//!
//! Everything here is linear in steps and edges, but for the ready queue's logarithm.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::index::Index;
use crate::{Element, Pipeline};

/// Steps by their position in the document, each with the steps it waits for.
pub(crate) struct Graph {
    /// For each step the positions it waits for: ascending, each once, never itself.
    pub(crate) dependencies: Vec<Vec<usize>>,
}

/// The order that was found, and what stands in its way.
pub(crate) struct Order {
    /// Positions in an order in which every step comes after those it waits for; of several that could be next,
    /// the first in the document. Steps on or behind a cycle are missing.
    pub(crate) order: Vec<usize>,
    /// Cycles that share no step, each as the positions in the order the data would flow.
    pub(crate) cycles: Vec<Vec<usize>>,
}

impl Graph {
    /// Reads the edges; names that do not exist and steps that wait for themselves are left to their own checks.
    pub(crate) fn new(pipeline: &Pipeline, index: &Index) -> Self {
        let dependencies = pipeline
            .steps
            .iter()
            .enumerate()
            .map(|(position, step)| {
                let data = step.elements().filter_map(|(_, element)| match element {
                    Element::Output { step, .. } => Some(step),
                    Element::Parameter { .. } | Element::Value { .. } => None,
                });
                let mut edges: Vec<usize> = data
                    .chain(&step.after)
                    .filter_map(|name| index.position(name))
                    .filter(|dependency| *dependency != position)
                    .collect();
                edges.sort_unstable();
                edges.dedup();
                edges
            })
            .collect();
        Graph { dependencies }
    }

    /// Orders the steps.
    pub(crate) fn order(&self) -> Order {
        let mut dependants: Vec<Vec<usize>> = vec![Vec::new(); self.dependencies.len()];
        let mut waiting: Vec<usize> = self.dependencies.iter().map(Vec::len).collect();
        for (position, dependencies) in self.dependencies.iter().enumerate() {
            for dependency in dependencies {
                dependants[*dependency].push(position);
            }
        }
        let mut ready: BinaryHeap<Reverse<usize>> =
            (0..waiting.len()).filter(|position| waiting[*position] == 0).map(Reverse).collect();
        let mut order = Vec::with_capacity(waiting.len());
        while let Some(Reverse(position)) = ready.pop() {
            order.push(position);
            for dependant in &dependants[position] {
                waiting[*dependant] -= 1;
                if waiting[*dependant] == 0 {
                    ready.push(Reverse(*dependant));
                }
            }
        }
        let cycles = if order.len() == waiting.len() { Vec::new() } else { self.cycles(&waiting) };
        Order { order, cycles }
    }

    /// Walks from each step that still waits to one it waits for, until a walk meets itself.
    ///
    /// A step that still waits has a dependency that still waits, so every walk ends at a cycle or in an
    /// earlier walk. Each step is walked over once.
    fn cycles(&self, waiting: &[usize]) -> Vec<Vec<usize>> {
        /// Number of the walk that passed over a step first; zero for none.
        const UNSEEN: usize = 0;
        let mut seen_by = vec![UNSEEN; waiting.len()];
        let mut cycles = Vec::new();
        for start in (0..waiting.len()).filter(|position| waiting[*position] > 0) {
            let walk = start + 1;
            let mut path = Vec::new();
            let mut next = Some(start);
            while let Some(position) = next {
                if seen_by[position] != UNSEEN {
                    if seen_by[position] == walk {
                        let from = path.iter().position(|passed| *passed == position);
                        let mut cycle = path.split_off(from.expect("this walk passed over the step"));
                        cycle.reverse();
                        cycles.push(start_at_first(cycle));
                    }
                    break;
                }
                seen_by[position] = walk;
                path.push(position);
                next = self.dependencies[position].iter().copied().find(|other| waiting[*other] > 0);
            }
        }
        cycles
    }
}

/// Turns the cycle so that the step that comes first in the document leads.
fn start_at_first(mut cycle: Vec<usize>) -> Vec<usize> {
    let first = cycle.iter().enumerate().min_by_key(|(_, position)| **position).map_or(0, |(at, _)| at);
    cycle.rotate_left(first);
    cycle
}
