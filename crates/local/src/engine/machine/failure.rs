//! What failures are called, and when they are retried.

use jiff::{SignedDuration, Timestamp};
use sagewright_sagemaker::definition::RetryPolicy;

use super::step::Phase;
use super::{Action, Machine, StepEnd};
use crate::engine::RefusalClass;

/// The longest `FailureReason` of a step.
const REASON_CHARACTERS: usize = 1024;

impl Machine {
    pub(super) fn fail(&mut self, index: usize, reason: &str, at: Timestamp) {
        self.steps[index].failure = Some(reason.chars().take(REASON_CHARACTERS).collect());
        self.end_step(index, StepEnd::Failed, at);
    }

    /// Whether a retry was arranged for a failure of type `exception`.
    pub(super) fn back_off(&mut self, index: usize, exception: &str, at: Timestamp) -> bool {
        let step = &self.graph.document.steps[index];
        let declared =
            step.retries.iter().position(|policy| policy.exceptions.iter().any(|known| known == exception));
        let slot = declared.unwrap_or(step.retries.len());
        let policy = match declared {
            Some(position) => step.retries[position].clone(),
            None => match RetryPolicy::default_for(exception) {
                Some(policy) => policy,
                None => return false,
            },
        };
        let state = &mut self.steps[index];
        let used = state.retries[slot];
        if policy.max_attempts.is_some_and(|max| used >= max) {
            return false;
        }
        let exponent = i32::try_from(used).unwrap_or(i32::MAX);
        let seconds = (policy.interval_seconds * policy.backoff_rate.powi(exponent)).min(43_200.0);
        let until = at.checked_add(SignedDuration::from_secs_f64(seconds)).unwrap_or(at);
        let expiry = policy.expire_after_minutes.zip(state.started_at).and_then(|(minutes, started_at)| {
            started_at.checked_add(SignedDuration::from_mins(i64::from(minutes))).ok()
        });
        if expiry.is_some_and(|expiry| until > expiry) {
            return false;
        }
        state.retries[slot] += 1;
        state.phase = Phase::BackingOff { until };
        let attempt = state.attempts;
        self.actions.push(Action::Wait { step: self.name(index), attempt, until });
        true
    }
}

/// The exception type of a refusal, for retry policies.
pub(super) fn exception_of_refusal(class: RefusalClass) -> Option<&'static str> {
    match class {
        RefusalClass::Validation => None,
        RefusalClass::ResourceLimit => Some("SageMaker.RESOURCE_LIMIT"),
        RefusalClass::Capacity => Some("SageMaker.CAPACITY_ERROR"),
        RefusalClass::Throttling => Some("Step.THROTTLING"),
        RefusalClass::ServiceFault => Some("Step.SERVICE_FAULT"),
    }
}

/// The class as the no-retry note names it.
pub(super) fn class_name(class: RefusalClass) -> &'static str {
    match class {
        RefusalClass::Validation => "SAGEMAKER_VALIDATION_ERROR",
        RefusalClass::ResourceLimit => "SAGEMAKER_RESOURCE_LIMIT",
        RefusalClass::Capacity => "SAGEMAKER_CAPACITY_ERROR",
        RefusalClass::Throttling => "THROTTLING",
        RefusalClass::ServiceFault => "SERVICE_FAULT",
    }
}

/// The exception type of a job's failure reason. Failures of the user's own code have none and are never retried.
pub(super) fn exception_of_reason(reason: &str) -> Option<&'static str> {
    const PREFIXES: &[(&str, &str)] = &[
        ("InternalServerError", "SageMaker.JOB_INTERNAL_ERROR"),
        ("CapacityError", "SageMaker.CAPACITY_ERROR"),
        ("ResourceLimitExceeded", "SageMaker.RESOURCE_LIMIT"),
    ];
    PREFIXES.iter().find(|(prefix, _)| reason.starts_with(prefix)).map(|(_, exception)| *exception)
}
