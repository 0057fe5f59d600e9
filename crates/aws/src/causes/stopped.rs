//! Somebody stopped it.

use super::{Evidence, Explanation, Kind};

pub(super) fn rule(evidence: &Evidence<'_>) -> Option<Explanation> {
    // A time-out ends a job as `Stopped` too; it is told by the secondary status and has a rule of its own.
    let ended_by_limit =
        evidence.secondary_status.is_some_and(|it| it == "MaxRuntimeExceeded" || it == "MaxWaitTimeExceeded");
    (evidence.status == Some("Stopped") && !ended_by_limit).then(|| {
        Explanation::new(Kind::Stopped, "the job was stopped before it was done")
            .hint("`sagewright runs retry` starts the run again where it ended")
    })
}
