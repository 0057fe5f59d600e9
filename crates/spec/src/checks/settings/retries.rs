//! Retry policies are such as the service takes.

use super::Level;
use crate::limits::{RETRY_ATTEMPTS, RETRY_EXCEPTIONS, RETRY_EXPIRY_IN_MINUTES, RETRY_INTERVAL_IN_SECONDS};
use crate::{Code, Diagnostic, Retries, RetryPolicy, Settings, nearest};

pub(super) fn check(settings: &Settings, level: Level, found: &mut Vec<Diagnostic>) {
    let Some(Retries::Policies(policies)) = &settings.retry_policies else { return };
    if policies.is_empty() {
        let message = "`retry_policies` is a list without policies".to_owned();
        let problem = level.problem(Code::InvalidRetryPolicy, message, "retry_policies");
        found.push(problem.hint("`False` turns retries off, `True` turns the built-in ones on"));
    }
    for (position, policy) in policies.iter().enumerate() {
        for (field, message, hint) in faults(policy) {
            let field = format!("retry_policies[{position}].{field}");
            found.push(level.problem(Code::InvalidRetryPolicy, message, &field).hint(hint));
        }
    }
}

fn faults(policy: &RetryPolicy) -> Vec<(&'static str, String, String)> {
    let mut found = Vec::new();
    let known = || format!("known are {}", RETRY_EXCEPTIONS.join(", "));
    if policy.exception_types.is_empty() {
        found.push((
            "exception_types",
            "a retry policy says nothing about what it is for".to_owned(),
            known(),
        ));
    }
    for name in &policy.exception_types {
        if !RETRY_EXCEPTIONS.contains(&name.as_str()) {
            let hint = nearest(name, RETRY_EXCEPTIONS)
                .map_or_else(known, |meant| format!("did you mean `{meant}`? {}", known()));
            found.push(("exception_types", format!("no policy can be for `{name}`"), hint));
        }
    }
    for (field, value, limit) in [
        ("interval_seconds", policy.interval_seconds, RETRY_INTERVAL_IN_SECONDS),
        ("max_attempts", policy.max_attempts, RETRY_ATTEMPTS),
        ("expire_after_mins", policy.expire_after_mins, RETRY_EXPIRY_IN_MINUTES),
    ] {
        if let Some(value) = value.filter(|value| !(1..=limit).contains(value)) {
            let message = format!("`{field}` is {value}, not from 1 to {limit}");
            found.push((field, message, "`retry_policies=False` turns retries off".to_owned()));
        }
    }
    if let Some(rate) = policy.backoff_rate.filter(|rate| !(0.0..=1000.0).contains(rate)) {
        let message = format!("`backoff_rate` is {rate}, not from 0 to 1000");
        found.push(("backoff_rate", message, "2 doubles the wait each time".to_owned()));
    }
    if policy.max_attempts.is_some() && policy.expire_after_mins.is_some() {
        let message = "`max_attempts` and `expire_after_mins` exclude each other".to_owned();
        found.push(("max_attempts", message, "keep one of them".to_owned()));
    }
    found
}
