//! Memory ran out.

use super::{Evidence, Explanation, Kind};

pub(super) fn rule(evidence: &Evidence<'_>) -> Option<Explanation> {
    let instance = evidence.instance();
    if evidence
        .anywhere(&["cuda out of memory", "cuda error: out of memory", "outofmemoryerror: cuda"])
        .is_some()
    {
        return Some(
            Explanation::new(Kind::OutOfMemory, format!("the GPU's memory on {instance} ran out"))
                .hint("use smaller batches, or an instance type whose GPU has more memory"),
        );
    }
    let said = evidence.anywhere(&[
        "outofmemory",
        "out of memory",
        "memoryerror",
        "cannot allocate memory",
        "std::bad_alloc",
        "because memory ran out",
    ]);
    if said.is_none() && !evidence.exited_with(137) {
        return None;
    }
    let sentence = if said.is_some() {
        format!("memory on {instance} ran out")
    } else {
        format!("the process was killed (exit code 137), most likely because memory on {instance} ran out")
    };
    Some(
        Explanation::new(Kind::OutOfMemory, sentence)
            .hint("give the step a larger `instance_type`, or let it work on less data at once"),
    )
}
