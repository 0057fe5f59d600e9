//! Progress in a pipe: one plain line for each change.

use sagewright_aws::{RunStatus, StepState, StepStatus};
use std::collections::BTreeMap;

use super::View;
use crate::printer::{Printer, state};
use crate::table::duration;

/// Prints a line when a step's state or attempt changes.
pub(super) struct Lines {
    printer: Printer,
    seen: BTreeMap<String, (StepState, i32)>,
}

impl Lines {
    pub(super) fn new(printer: Printer) -> Self {
        Self { printer, seen: BTreeMap::new() }
    }
}

impl View for Lines {
    fn update(&mut self, run: &RunStatus) {
        for step in &run.steps {
            let now = (step.state, step.attempts);
            if self.seen.insert(step.step_name.clone(), now) != Some(now) {
                self.printer.talk(line(step));
            }
        }
    }

    fn finish(&mut self) {}
}

fn line(step: &StepStatus) -> String {
    let mut line = format!("  {:<24} {}", step.name, state(step.state.as_str()));
    if step.state.is_final() {
        let took = duration(step.started_at.as_deref(), step.ended_at.as_deref(), jiff::Timestamp::now());
        line = format!("{line} after {took}");
    }
    if step.attempts > 1 {
        line = format!("{line} (attempt {})", step.attempts);
    }
    if let Some(outcome) = &step.outcome {
        line = format!("{line}, outcome {outcome}");
    }
    match &step.failure_reason {
        Some(reason) if step.state == StepState::Failed => format!("{line}: {}", first_line(reason)),
        _ => line,
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
