//! The job's volume is full.

use super::{Evidence, Explanation, Kind};

pub(super) fn rule(evidence: &Evidence<'_>) -> Option<Explanation> {
    evidence
        .anywhere(&[
            "no space left on device",
            "disk full",
            "enospc",
            "not enough disk space",
            "insufficient disk",
        ])
        .map(|_| {
            Explanation::new(Kind::DiskFull, "the job's volume is full")
                .hint("raise `volume_size_in_gb`; instance types with NVMe disks have a fixed size")
        })
}
