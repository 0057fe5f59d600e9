//! The image cannot be pulled.

use super::authorization::NotAuthorized;
use super::{Evidence, Explanation, Kind};

pub(super) fn rule(evidence: &Evidence<'_>) -> Option<Explanation> {
    let reason = evidence.reason();
    let image = image(reason);
    let named = image.map(|it| format!(" `{it}`")).unwrap_or_default();
    if let Some(found) = NotAuthorized::find(reason).filter(|it| it.action.starts_with("ecr:")) {
        let explanation = Explanation::new(
            Kind::ImagePull,
            format!("{} may not pull the image{named}: `{}` is missing", found.subject(), found.action),
        )
        .missing(found.action);
        return Some(match found.fix() {
            Some(fix) => explanation.fix(fix),
            None => explanation,
        });
    }
    if evidence.reason_has(&["does not grant ecr:", "ecr:batchgetimage", "ecr:getdownloadurlforlayer"]) {
        return Some(
            Explanation::new(Kind::ImagePull, format!("the role, or the repository's own policy, does not let SageMaker pull the image{named}"))
                .missing("ecr:BatchGetImage, ecr:GetDownloadUrlForLayer, ecr:BatchCheckLayerAvailability")
                .hint(
                    "`sagewright aws policy --role execution` prints the permissions; a repository of another account \
                     needs a repository policy as well",
                ),
        );
    }
    if evidence.reason_has(&["unsupported manifest", "unsupported image", "manifest media type"]) {
        return Some(
            Explanation::new(Kind::ImagePull, format!("SageMaker cannot read the form of the image{named}"))
                .fix("docker buildx build --platform linux/amd64 --provenance=false --push …")
                .hint("push an image for one platform (linux/amd64), without attestations"),
        );
    }
    let speaks_of_images = evidence.reason_has(&["image", "ecr", "repository"]);
    let gone = evidence.reason_has(&[
        "not found",
        "does not exist",
        "cannotpull",
        "failed to pull",
        "unable to pull",
        "manifest unknown",
        "cannot find",
    ]);
    if !(speaks_of_images && gone) {
        return None;
    }
    let explanation = Explanation::new(Kind::ImagePull, format!("the image{named} is not there"))
        .hint("the image must be in ECR, in the same region as the job");
    Some(match image.and_then(list) {
        Some(command) => explanation.fix(command),
        None => explanation,
    })
}

fn image(text: &str) -> Option<&str> {
    text.split(|it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '`' | ',' | '(' | ')'))
        .find(|word| word.contains(".dkr.ecr."))
        .map(|word| word.trim_end_matches(['.', ':', ';']))
}

/// Lists what the repository holds.
fn list(image: &str) -> Option<String> {
    let (registry, path) = image.split_once('/')?;
    let region = registry.split('.').nth(3)?;
    let repository = path.split(['@', ':']).next()?;
    Some(format!("aws ecr describe-images --region {region} --repository-name {repository}"))
}
