//! AWS has no such instances at the moment.

use super::{Evidence, Explanation, Kind};

pub(super) fn rule(evidence: &Evidence<'_>) -> Option<Explanation> {
    if !evidence.reason_has(&[
        "capacityerror",
        "insufficient capacity",
        "insufficientcapacity",
        "capacity_error",
    ]) {
        return None;
    }
    let instance = evidence.instance();
    Some(Explanation::new(Kind::Capacity, format!("AWS had no free {instance} in this region")).hint(
        "retry later with `sagewright runs retry`, or choose another instance type or region; SageMaker has tried for \
         as long as the retry policy says",
    ))
}
