//! Which steps may start, and when everything is over.

use std::sync::Arc;

use jiff::Timestamp;
use sagewright_sagemaker::definition::Branch;

use super::step::Phase;
use super::{Action, ExecutionStatus, Machine, StepEnd};

impl Machine {
    /// Sets all steps that have not succeeded back to the start, and lets the successes of the others count.
    pub(super) fn prime(&mut self, at: Timestamp) {
        self.halted = false;
        self.handled_failure = false;
        self.queue.clear();
        let graph = Arc::clone(&self.graph);
        let selected = self.selection();
        let takes_part = |step: usize| selected.as_ref().is_none_or(|selected| selected[step]);
        for (index, step) in graph.document.steps.iter().enumerate() {
            if !takes_part(index) {
                self.leave_out(index, at);
            } else if self.steps[index].phase != Phase::Ended(StepEnd::Succeeded) {
                let gate = step.gate.filter(|gate| takes_part(gate.condition));
                let edges = step.edges.iter().filter(|edge| takes_part(edge.from)).count();
                self.steps[index].reset(edges + usize::from(gate.is_some()));
            }
        }
        for index in 0..self.steps.len() {
            if self.steps[index].phase == Phase::Waiting && self.steps[index].remaining == 0 {
                self.enqueue(index);
            }
        }
        for index in 0..self.steps.len() {
            if takes_part(index) && self.steps[index].phase == Phase::Ended(StepEnd::Succeeded) {
                self.settle(index, StepEnd::Succeeded);
            }
        }
    }

    /// Per step whether a selective execution runs it; nothing if everything runs.
    fn selection(&self) -> Option<Vec<bool>> {
        let selective = self.header.selective.as_ref()?;
        let mut selected = vec![false; self.steps.len()];
        for step in &selective.selected_steps {
            if let Some(index) = self.graph.step(&step.step_name) {
                selected[index] = true;
            }
        }
        Some(selected)
    }

    /// A step outside the selection: it stands for its result in the source execution, or is not there at all.
    fn leave_out(&mut self, index: usize, at: Timestamp) {
        let hit = self.header.reused.get(&self.graph.document.steps[index].name).cloned();
        let state = &mut self.steps[index];
        match hit {
            Some(hit) => {
                state.phase = Phase::Ended(StepEnd::Succeeded);
                state.started_at.get_or_insert(at);
                state.ended_at.get_or_insert(at);
                state.reused_from = Some(hit.execution_arn.clone());
                state.cache_hit = Some(Box::new(hit));
            }
            None => state.phase = Phase::Unreachable,
        }
    }

    fn enqueue(&mut self, index: usize) {
        self.steps[index].phase = Phase::Queued;
        self.queue.push_back(index);
    }

    /// Ends a step and tells those that wait for it.
    pub(super) fn end_step(&mut self, index: usize, end: StepEnd, at: Timestamp) {
        let state = &mut self.steps[index];
        if state.phase.is_active() {
            self.active -= 1;
        }
        state.phase = Phase::Ended(end);
        state.ended_at = Some(at);
        state.files.clear();
        state.awaited.clear();
        state.request = None;
        self.settle(index, end);
    }

    fn settle(&mut self, index: usize, end: StepEnd) {
        let graph = Arc::clone(&self.graph);
        let mut handled = false;
        for &(follower, trigger) in &graph.followers[index] {
            if self.steps[follower].phase != Phase::Waiting {
                continue;
            }
            if end.fires(trigger) {
                handled = true;
                self.satisfy(follower);
            } else {
                self.close(follower);
            }
        }
        for &(follower, branch) in &graph.gated[index] {
            if self.steps[follower].phase != Phase::Waiting {
                continue;
            }
            match self.steps[index].outcome {
                Some(outcome) if outcome == (branch == Branch::If) => self.satisfy(follower),
                _ => self.close(follower),
            }
        }
        if end != StepEnd::Succeeded {
            self.handled_failure |= handled;
            self.halted |= !handled;
        }
    }

    fn satisfy(&mut self, index: usize) {
        let state = &mut self.steps[index];
        state.remaining = state.remaining.saturating_sub(1);
        if state.remaining == 0 {
            self.enqueue(index);
        }
    }

    /// A step that can not start any more, and with it all that wait for it.
    fn close(&mut self, index: usize) {
        let graph = Arc::clone(&self.graph);
        let mut closing = vec![index];
        while let Some(index) = closing.pop() {
            if self.steps[index].phase != Phase::Waiting {
                continue;
            }
            self.steps[index].phase = Phase::Unreachable;
            closing.extend(graph.followers[index].iter().map(|(follower, _)| *follower));
            closing.extend(graph.gated[index].iter().map(|(follower, _)| *follower));
        }
    }

    /// Starts what may start; ends the execution when nothing is left.
    pub(super) fn advance(&mut self, at: Timestamp) {
        if self.status.is_final() {
            return;
        }
        let places = self.max_parallel_steps.map_or(usize::MAX, |max| max.max(1) as usize);
        while self.status == ExecutionStatus::Executing && !self.halted && self.active < places {
            let Some(index) = self.queue.pop_front() else { break };
            self.begin(index, at);
        }
        let nothing_follows =
            self.halted || self.status == ExecutionStatus::Stopping || self.queue.is_empty();
        if self.active == 0 && nothing_follows {
            self.finish();
        }
    }

    fn finish(&mut self) {
        self.status = match self.status {
            ExecutionStatus::Stopping => ExecutionStatus::Stopped,
            _ if self.halted => ExecutionStatus::Failed,
            _ if self.handled_failure => ExecutionStatus::CompletedWithFailures,
            _ => ExecutionStatus::Succeeded,
        };
        self.queue.clear();
        self.actions.push(Action::Finished(self.status));
    }
}
