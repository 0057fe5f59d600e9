//! Retry policies as a definition has them.

use sagewright_spec::RetryPolicy;
use serde_json::{Value, json};

/// Writes a policy; what it leaves open is left to the service.
pub(super) fn policy(policy: &RetryPolicy) -> Value {
    let mut entry = json!({"ExceptionType": policy.exception_types});
    if let Some(seconds) = policy.interval_seconds {
        entry["IntervalSeconds"] = json!(seconds);
    }
    if let Some(rate) = policy.backoff_rate {
        entry["BackoffRate"] = json!(rate);
    }
    if let Some(attempts) = policy.max_attempts {
        entry["MaxAttempts"] = json!(attempts);
    }
    if let Some(minutes) = policy.expire_after_mins {
        entry["ExpireAfterMin"] = json!(minutes);
    }
    entry
}
