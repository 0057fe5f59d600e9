//! Whether the instance types are ones that SageMaker is known to have. New ones appear every month, so an unknown one
//! is only worth a warning.

use super::{Finding, Subject};

const CHECK: &str = "instance types";

#[expect(clippy::unused_async, reason = "one shape for all checks")]
pub(super) async fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut unknown: Vec<Finding> = subject
        .instances
        .iter()
        .filter(|it| !it.known)
        .map(|it| {
            Finding::warning(
                CHECK,
                format!("`{}` is not a type that {} jobs were known to have", it.instance_type, it.job_kind),
            )
            .hint("SageMaker gets new types every month; a typing error fails when the job is made")
        })
        .collect();
    if unknown.is_empty() && !subject.instances.is_empty() {
        let mut names: Vec<&str> = subject.instances.iter().map(|it| it.instance_type.as_str()).collect();
        names.dedup();
        unknown.push(Finding::ok(CHECK, names.join(", ")));
    }
    unknown
}
