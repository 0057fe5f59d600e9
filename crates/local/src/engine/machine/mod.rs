//! One execution as a pure state machine: events in, actions out. No IO, no clock, no randomness.
//!
//! Choices where the service's own behaviour is not documented:
//!
//! - After a failure that nobody waits for, no new step starts; what runs is waited for, then the execution is Failed.
//! - A failure that a step waits for (`Trigger`) is handled: the rest goes on, and the end is `CompletedWithFailures`.
//! - A job that is stopped from outside ends its step as Stopped, which counts as a failure of the execution; a job that
//!   exceeds its maximum runtime ends its step as Failed.
//! - Steps that can no longer start (branch not taken, dependency without the awaited end) never appear.
//!
//! Every edge of the graph is walked once, so a whole execution costs O(steps + edges).

mod action;
mod advance;
mod begin;
mod end;
mod event;
mod failure;
mod graph;
mod header;
mod job;
mod recover;
mod scope;
mod status;
mod step;
mod view;

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

pub use action::Action;
pub use event::{CacheHit, Event, What};
pub use graph::Graph;
pub use header::{FORMAT, Header};
pub use job::{JobRecord, JobStatus, Transition};
pub use status::{ExecutionStatus, StepEnd};

use step::{Phase, StepState};

/// One execution.
#[derive(Debug, Clone)]
pub struct Machine {
    header: Arc<Header>,
    graph: Arc<Graph>,
    steps: Vec<StepState>,
    /// Steps that could start, in the order in which they became ready.
    queue: VecDeque<usize>,
    /// How many steps are under way.
    active: usize,
    status: ExecutionStatus,
    /// A failure that nobody waits for: nothing new starts.
    halted: bool,
    /// A failure that somebody waited for.
    handled_failure: bool,
    /// A Fail step ended the execution.
    fail_step: bool,
    display_name: String,
    description: Option<String>,
    max_parallel_steps: Option<u32>,
    modified_at: Timestamp,
    actions: Vec<Action>,
}

impl Machine {
    /// An execution to which nothing happened yet.
    pub fn new(header: Arc<Header>, graph: Arc<Graph>) -> Self {
        let steps = (0..graph.document.steps.len())
            .map(|at| StepState::new(graph.waits_for(at), graph.document.steps[at].retries.len()))
            .collect();
        Self {
            steps,
            queue: VecDeque::new(),
            active: 0,
            status: ExecutionStatus::Executing,
            halted: false,
            handled_failure: false,
            fail_step: false,
            display_name: header.display_name.clone(),
            description: header.description.clone(),
            max_parallel_steps: header.max_parallel_steps,
            modified_at: header.created_at,
            actions: Vec::new(),
            header,
            graph,
        }
    }

    /// What is fixed.
    pub fn header(&self) -> &Arc<Header> {
        &self.header
    }

    /// The definition.
    pub fn graph(&self) -> &Arc<Graph> {
        &self.graph
    }

    /// Where the execution is.
    pub fn status(&self) -> ExecutionStatus {
        self.status
    }

    /// Time of the last change.
    pub fn modified_at(&self) -> Timestamp {
        self.modified_at
    }

    /// Whether a Fail step ended the execution, so that it can not be retried.
    pub fn ended_by_fail_step(&self) -> bool {
        self.fail_step
    }

    /// Whether an event would change anything. Others need not be journaled: news about a job that is not the step's
    /// present one, or that was told before.
    pub fn is_news(&self, what: &What) -> bool {
        let step = |name: &str| self.graph.step(name).map(|at| &self.steps[at]);
        let running = |name: &str, attempt: u32| step(name).is_some_and(|step| step.runs(attempt));
        match what {
            What::FileRead { step: name, uri, .. } => {
                step(name).is_some_and(|step| step.phase == Phase::Preparing && step.awaited.contains(uri))
            }
            What::CacheAnswered { step: name, .. } => {
                step(name).is_some_and(|step| step.phase == Phase::AskingCache)
            }
            What::JobAccepted { step: name, attempt } => {
                running(name, *attempt) && step(name).is_some_and(|step| !step.accepted)
            }
            What::JobRefused { step, attempt, .. } | What::JobEnded { step, attempt, .. } => {
                running(step, *attempt)
            }
            What::JobStatus { step: name, attempt, secondary_status, .. } => {
                running(name, *attempt)
                    && step(name).is_some_and(|step| {
                        step.job().is_none_or(|job| !job.has_entered(secondary_status)) || !step.accepted
                    })
            }
            What::JobStopRequested { step: name, attempt } => {
                running(name, *attempt) && step(name).is_some_and(|step| !step.stopping)
            }
            What::RetryDue { step: name, attempt } => step(name).is_some_and(|step| {
                matches!(step.phase, Phase::BackingOff { .. }) && step.attempts == *attempt
            }),
            What::StopRequested => self.status == ExecutionStatus::Executing,
            What::RetryRequested { .. } => self.can_retry(),
            What::Started | What::Updated { .. } => true,
        }
    }

    /// Whether `RetryRequested` is possible.
    pub fn can_retry(&self) -> bool {
        matches!(self.status, ExecutionStatus::Failed | ExecutionStatus::Stopped) && !self.fail_step
    }

    /// Takes an event; returns what is to be done. Events that are no news change nothing.
    pub fn apply(&mut self, event: &Event) -> Vec<Action> {
        if !self.is_news(&event.what) {
            return Vec::new();
        }
        let at = event.at;
        self.modified_at = self.modified_at.max(at);
        match &event.what {
            What::Started => self.prime(at),
            What::FileRead { step, uri, content, error } => {
                self.file_read(step, uri, content.as_deref(), error.as_deref(), at);
            }
            What::CacheAnswered { step, hit } => self.cache_answered(step, hit.as_deref(), at),
            What::JobAccepted { step, .. } => self.accepted(step),
            What::JobRefused { step, refusal, .. } => self.refused(step, refusal, at),
            What::JobStatus { step, secondary_status, message, .. } => {
                self.job_status(step, secondary_status, message, at);
            }
            What::JobEnded { step, outcome, .. } => self.job_ended(step, outcome, at),
            What::JobStopRequested { step, .. } => {
                if let Some(index) = self.graph.step(step) {
                    self.stop_job(index, at);
                }
            }
            What::RetryDue { step, .. } => {
                if let Some(index) = self.graph.step(step) {
                    self.prepare(index, at);
                }
            }
            What::StopRequested => self.stop(at),
            What::RetryRequested { max_parallel_steps } => {
                self.max_parallel_steps = max_parallel_steps.or(self.max_parallel_steps);
                self.status = ExecutionStatus::Executing;
                self.prime(at);
            }
            What::Updated { display_name, description, max_parallel_steps } => {
                if let Some(display_name) = display_name {
                    self.display_name.clone_from(display_name);
                }
                self.description = description.clone().or(self.description.take());
                self.max_parallel_steps = max_parallel_steps.or(self.max_parallel_steps);
            }
        }
        self.advance(at);
        std::mem::take(&mut self.actions)
    }

    fn name(&self, step: usize) -> String {
        self.graph.document.steps[step].name.clone()
    }

    fn file_read(
        &mut self,
        step: &str,
        uri: &str,
        content: Option<&str>,
        error: Option<&str>,
        at: Timestamp,
    ) {
        let Some(index) = self.graph.step(step) else { return };
        let read = match (content, error) {
            (Some(text), None) => {
                serde_json::from_str::<Value>(text).map_err(|error| format!("not JSON: {error}"))
            }
            (_, error) => Err(error.unwrap_or("no content").to_owned()),
        };
        let state = &mut self.steps[index];
        state.awaited.remove(uri);
        state.files.insert(uri.to_owned(), read);
        if state.awaited.is_empty() {
            self.prepare(index, at);
        }
    }
}

#[cfg(test)]
mod tests;
