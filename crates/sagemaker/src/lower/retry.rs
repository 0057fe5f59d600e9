//! When the service starts a job again by itself.

use serde_json::{Value, json};

/// Returns the policies that every step has: faults that are not the user's pass within minutes or hours.
///
/// An error of the user's code is never among them; SageMaker has no policy for it.
pub(super) fn policies() -> Value {
    json!([
        {
            "ExceptionType": ["Step.SERVICE_FAULT", "Step.THROTTLING", "SageMaker.JOB_INTERNAL_ERROR"],
            "IntervalSeconds": 10,
            "BackoffRate": 2.0,
            "MaxAttempts": 5,
        },
        {
            "ExceptionType": ["SageMaker.CAPACITY_ERROR"],
            "IntervalSeconds": 60,
            "BackoffRate": 1.5,
            "ExpireAfterMin": 120,
        },
    ])
}
