//! AWS was asked too often.

use super::{Evidence, Explanation, Kind};

pub(super) fn rule(evidence: &Evidence<'_>) -> Option<Explanation> {
    evidence
        .reason_has(&["throttl", "rate exceeded", "too many requests", "requestlimitexceeded"])
        .then(|| {
            Explanation::new(Kind::Throttling, "AWS was asked too often and refused for longer than we waited").hint(
                "retry with `sagewright runs retry`; `max_parallel_steps` starts fewer jobs at once (an account may \
                 create about one training job in a second)",
            )
        })
}
