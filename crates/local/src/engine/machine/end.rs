//! What becomes of jobs, and stopping.

use jiff::Timestamp;

use super::failure::{class_name, exception_of_reason, exception_of_refusal};
use super::step::Phase;
use super::{Action, ExecutionStatus, Machine, StepEnd};
use crate::engine::{JobEnd, JobOutcome, Refusal};

impl Machine {
    pub(super) fn accepted(&mut self, step: &str) {
        let Some(index) = self.graph.step(step) else { return };
        let state = &mut self.steps[index];
        if !std::mem::replace(&mut state.accepted, true) && state.stopping {
            self.push_stop(index);
        }
    }

    pub(super) fn refused(&mut self, step: &str, refusal: &Refusal, at: Timestamp) {
        let Some(index) = self.graph.step(step) else { return };
        // A job that was refused never existed.
        if self.steps[index].has_job {
            self.steps[index].jobs.pop();
            self.steps[index].has_job = false;
        }
        if self.steps[index].stopping {
            self.end_step(index, StepEnd::Stopped, at);
            return;
        }
        if let Some(exception) = exception_of_refusal(refusal.class)
            && self.back_off(index, exception, at)
        {
            return;
        }
        let operation = match &self.graph.document.steps[index].kind {
            sagewright_sagemaker::definition::StepKind::Job { kind, .. } => {
                super::begin::job_kind(*kind).create_operation()
            }
            _ => "CreateJob",
        };
        let reason = format!(
            "ClientError: Failed to invoke sagemaker:{operation}. Error Details: {}\nRetry not appropriate on \
             execution of step with PipelineExecutionArn {} and StepId {step}. No retry policy configured for the \
             exception type {}.",
            refusal.message,
            self.header.arn,
            class_name(refusal.class),
        );
        self.fail(index, &reason, at);
    }

    pub(super) fn job_status(&mut self, step: &str, secondary_status: &str, message: &str, at: Timestamp) {
        let Some(index) = self.graph.step(step) else { return };
        self.accepted(step);
        let state = &mut self.steps[index];
        let stopping = state.stopping;
        if let Some(job) = state.job_mut()
            && !job.has_entered(secondary_status)
            && !stopping
        {
            job.enter(secondary_status, message, at);
        }
    }

    pub(super) fn job_ended(&mut self, step: &str, outcome: &JobOutcome, at: Timestamp) {
        let Some(index) = self.graph.step(step) else { return };
        self.steps[index].accepted = true;
        if let Some(job) = self.steps[index].job_mut() {
            job.end(outcome.clone());
        }
        match outcome.status {
            JobEnd::Completed => self.succeeded(index, at),
            JobEnd::Stopped => self.end_step(index, StepEnd::Stopped, at),
            JobEnd::MaxRuntimeExceeded => {
                let reason = "ClientError: MaxRuntimeExceeded: the job was stopped because it ran longer than its \
                              MaxRuntimeInSeconds";
                self.fail(index, reason, at);
            }
            JobEnd::Failed => {
                let reason =
                    outcome.failure_reason.clone().unwrap_or_else(|| "InternalServerError: unknown".into());
                let retried = !self.steps[index].stopping
                    && self.status == ExecutionStatus::Executing
                    && exception_of_reason(&reason)
                        .is_some_and(|exception| self.back_off(index, exception, at));
                if !retried {
                    self.fail(index, &format!("ClientError: {reason}"), at);
                }
            }
        }
    }

    fn succeeded(&mut self, index: usize, at: Timestamp) {
        self.end_step(index, StepEnd::Succeeded, at);
        self.remember(index);
    }

    /// Has a fresh result kept, if the step wants that.
    pub(super) fn remember(&mut self, index: usize) {
        let wanted = self.graph.document.steps[index].cache.is_some_and(|cache| cache.enabled);
        let state = &self.steps[index];
        if !wanted || state.cache_hit.is_some() {
            return;
        }
        if let Some(job) = state.job() {
            let key = self.cache_key(index, job.order.kind, &job.order.request);
            self.actions.push(Action::Remember { key, job: Box::new(job.clone()) });
        }
    }

    pub(super) fn stop(&mut self, at: Timestamp) {
        self.status = ExecutionStatus::Stopping;
        for index in 0..self.steps.len() {
            match self.steps[index].phase {
                Phase::Running => self.stop_job(index, at),
                phase if phase.is_active() => self.end_step(index, StepEnd::Stopped, at),
                _ => {}
            }
        }
    }

    pub(super) fn stop_job(&mut self, index: usize, at: Timestamp) {
        let state = &mut self.steps[index];
        if std::mem::replace(&mut state.stopping, true) {
            return;
        }
        let accepted = state.accepted;
        if let Some(job) = state.job_mut() {
            job.stopping(at);
        }
        if accepted {
            self.push_stop(index);
        }
    }

    fn push_stop(&mut self, index: usize) {
        if let Some(job) = self.steps[index].job() {
            let action = Action::StopJob { kind: job.order.kind, name: job.order.name.clone() };
            self.actions.push(action);
        }
    }
}
