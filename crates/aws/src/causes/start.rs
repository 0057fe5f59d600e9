//! The job's process could not be started in its image.

use super::{Evidence, Explanation, Kind};

pub(super) fn rule(evidence: &Evidence<'_>) -> Option<Explanation> {
    if evidence.anywhere(&["exec format error"]).is_some() {
        return Some(
            Explanation::new(Kind::Start, "the image was built for another processor than the instance has")
                .fix("docker buildx build --platform linux/amd64 --provenance=false --push …")
                .hint("SageMaker's instances need images for linux/amd64"),
        );
    }
    let missing = evidence.exited_with(127)
        || evidence.reason_has(&["executable file not found", "starting container process caused"]);
    if missing {
        return Some(
            Explanation::new(Kind::Start, "the job's command is not in its image (exit code 127)").hint(
                "the image must hold `sagewright-step` and what the step's command names, such as `python3`",
            ),
        );
    }
    evidence.exited_with(126).then(|| {
        Explanation::new(Kind::Start, "the job's command cannot be executed in its image (exit code 126)")
            .hint("the file must be executable and built for linux/amd64")
    })
}
