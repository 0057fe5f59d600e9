//! After a crash: what is under way must be asked for again.

use super::step::Phase;
use super::{Action, Machine, StepEnd};

impl Machine {
    /// Everything that was asked for and not answered. Asking twice is harmless.
    pub fn outstanding(&mut self) -> Vec<Action> {
        let mut actions = Vec::new();
        for index in 0..self.steps.len() {
            let state = &self.steps[index];
            let step = self.name(index);
            match state.phase {
                Phase::Preparing => {
                    let reads =
                        state.awaited.iter().cloned().map(|uri| Action::ReadFile { step: step.clone(), uri });
                    actions.extend(reads);
                }
                Phase::AskingCache => self.ask_again(index),
                Phase::Running => {
                    if let Some(job) = state.job() {
                        let order = Box::new(job.order.clone());
                        actions.push(Action::StartJob { order, then_stop: state.stopping });
                    }
                }
                Phase::BackingOff { until } => {
                    actions.push(Action::Wait { step, attempt: state.attempts, until });
                }
                Phase::Ended(StepEnd::Succeeded) => self.remember(index),
                Phase::Ended(_) | Phase::Waiting | Phase::Unreachable | Phase::Queued => {}
            }
        }
        actions.append(&mut self.actions);
        if self.status.is_final() {
            actions.push(Action::Finished(self.status));
        }
        actions
    }

    fn ask_again(&mut self, index: usize) {
        let step = &self.graph.document.steps[index];
        let sagewright_sagemaker::definition::StepKind::Job { kind, .. } = &step.kind else { return };
        let Some(request) = self.steps[index].request.clone() else { return };
        let key = self.cache_key(index, super::begin::job_kind(*kind), &request);
        let asked_at = self.steps[index].started_at.unwrap_or(self.modified_at);
        let not_before = step.cache.and_then(|cache| cache.expire_after_seconds).and_then(|seconds| {
            let age = jiff::SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
            asked_at.checked_sub(age).ok()
        });
        let step = step.name.clone();
        self.actions.push(Action::LookUpCache { step, key, not_before });
    }
}
