//! When the service starts a job again by itself.

use sagewright_spec::{Retries, RetryPolicy, Settings};

/// Returns the policies of a step. Without any the service still repeats its own faults a few times.
pub(super) fn policies(settings: &Settings) -> Vec<RetryPolicy> {
    match &settings.retry_policies {
        None | Some(Retries::Switch(true)) => built_in(),
        Some(Retries::Switch(false)) => Vec::new(),
        Some(Retries::Policies(policies)) => policies.clone(),
    }
}

/// Faults that are not the user's and pass within minutes or hours: of the service, and of capacity and quota.
///
/// An error of the user's code is never among them; SageMaker has no policy for it.
fn built_in() -> Vec<RetryPolicy> {
    let policy = |types: &[&str]| RetryPolicy {
        exception_types: types.iter().map(|name| (*name).to_owned()).collect(),
        interval_seconds: None,
        backoff_rate: None,
        max_attempts: None,
        expire_after_mins: None,
    };
    vec![
        RetryPolicy {
            interval_seconds: Some(10),
            backoff_rate: Some(2.0),
            max_attempts: Some(5),
            ..policy(&["Step.SERVICE_FAULT", "Step.THROTTLING", "SageMaker.JOB_INTERNAL_ERROR"])
        },
        RetryPolicy {
            interval_seconds: Some(60),
            backoff_rate: Some(1.5),
            expire_after_mins: Some(120),
            ..policy(&["SageMaker.CAPACITY_ERROR", "SageMaker.RESOURCE_LIMIT"])
        },
    ]
}
