//! Progress on a terminal: one line for each step, redrawn in place.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use sagewright_aws::{RunStatus, StepStatus};
use std::collections::BTreeMap;
use std::time::Duration;

use super::View;
use crate::printer::{dim, state};
use crate::table::duration;

/// More steps than this do not fit on a screen: then only the moving ones have a line, under a counter.
const ALL_SHOWN: usize = 30;

/// Redraws a line for each step.
pub(super) struct Terminal {
    bars: MultiProgress,
    steps: BTreeMap<String, ProgressBar>,
    total: Option<ProgressBar>,
    width: usize,
}

impl Terminal {
    /// `steps`: the names of all steps in order, as far as they are known beforehand.
    pub(super) fn new(steps: Vec<String>) -> Self {
        let bars = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(20));
        let width = steps.iter().map(String::len).max().unwrap_or(16).min(40);
        let mut view = Self { bars, steps: BTreeMap::new(), total: None, width };
        if steps.len() > ALL_SHOWN {
            let total = view.bars.add(ProgressBar::new(steps.len() as u64));
            total.set_style(style("  {bar:30} {pos}/{len} steps {elapsed}"));
            view.total = Some(total);
        } else {
            for name in steps {
                let bar = view.bar(&name);
                bar.set_message(format!("{:<width$}  {}", name, dim("Waiting"), width = view.width));
            }
        }
        view
    }

    fn bar(&mut self, name: &str) -> ProgressBar {
        if let Some(bar) = self.steps.get(name) {
            return bar.clone();
        }
        let bar = self.bars.add(ProgressBar::new_spinner());
        bar.set_style(style("  {spinner} {msg}"));
        self.steps.insert(name.to_owned(), bar.clone());
        bar
    }

    fn show(&mut self, step: &StepStatus) {
        let took = duration(step.started_at.as_deref(), step.ended_at.as_deref(), jiff::Timestamp::now());
        let attempt = if step.attempts > 1 { format!(" attempt {}", step.attempts) } else { String::new() };
        let outcome = step.outcome.as_ref().map(|it| format!(" {it}")).unwrap_or_default();
        let message = format!(
            "{:<width$}  {} {took}{attempt}{outcome}",
            step.name,
            state(step.state.as_str()),
            width = self.width
        );
        let ended = step.state.is_final();
        if ended && self.total.is_some() && step.failure_reason.is_none() {
            if let Some(bar) = self.steps.remove(&step.name) {
                bar.finish_and_clear();
                self.bars.remove(&bar);
            }
            return;
        }
        let bar = self.bar(&step.name);
        if ended {
            let sign = if step.state.as_str() == "Succeeded" { "✓" } else { "✗" };
            bar.set_style(style(&format!("  {sign} {{msg}}")));
            if bar.is_finished() {
                bar.set_message(message);
            } else {
                bar.finish_with_message(message);
            }
        } else {
            bar.enable_steady_tick(Duration::from_millis(100));
            bar.set_message(message);
        }
    }
}

impl View for Terminal {
    fn update(&mut self, run: &RunStatus) {
        for step in &run.steps {
            self.show(step);
        }
        if let Some(total) = &self.total {
            total.set_position(run.steps.iter().filter(|step| step.state.is_final()).count() as u64);
        }
    }

    fn finish(&mut self) {
        for bar in self.steps.values() {
            if !bar.is_finished() {
                bar.abandon();
            }
        }
        if let Some(total) = &self.total {
            total.abandon();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .expect("the templates of this file are well-formed")
        .tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ ")
}
