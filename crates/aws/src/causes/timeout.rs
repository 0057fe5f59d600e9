//! The time that was allowed ran out.

use super::{Evidence, Explanation, Kind};

pub(super) fn rule(evidence: &Evidence<'_>) -> Option<Explanation> {
    let secondary = evidence.secondary_status.unwrap_or_default();
    if secondary == "MaxWaitTimeExceeded" || evidence.reason().contains("MaxWaitTimeExceeded") {
        return Some(
            Explanation::new(Kind::Timeout, "no spot instance was free for as long as the step may wait")
                .hint("raise the maximum wait, or do without spot instances"),
        );
    }
    let timed_out = secondary == "MaxRuntimeExceeded"
        || evidence.reason_has(&[
            "maxruntimeexceeded",
            "maximum runtime",
            "max runtime",
            "maxruntimeinseconds",
        ]);
    timed_out.then(|| {
        Explanation::new(Kind::Timeout, "the job ran longer than `max_runtime_in_seconds` and was ended")
            .hint("raise `max_runtime_in_seconds`, or give the step a faster `instance_type`")
    })
}
