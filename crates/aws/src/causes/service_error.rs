//! A fault of AWS itself.

use super::{Evidence, Explanation, Kind};

pub(super) fn rule(evidence: &Evidence<'_>) -> Option<Explanation> {
    evidence
        .reason_has(&["internalservererror", "internal server error", "internalfailure", "service_fault", "serviceunavailable"])
        .then(|| {
            Explanation::new(Kind::ServiceError, "AWS reported a fault of its own")
                .fix("sagewright runs retry")
                .hint("nothing in the pipeline is wrong; https://health.aws.amazon.com/health/status shows outages")
        })
}
