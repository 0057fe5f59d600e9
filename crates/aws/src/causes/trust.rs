//! The role does not let SageMaker, or whoever asks, assume it.

use super::authorization::NotAuthorized;
use super::evidence::between;
use super::{Evidence, Explanation, Kind};

/// The trust document that a SageMaker execution role needs.
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

pub(super) fn rule(evidence: &Evidence<'_>) -> Option<Explanation> {
    let reason = evidence.reason();
    if let Some(found) = NotAuthorized::find(reason).filter(|it| it.action == "sts:AssumeRole") {
        let explanation = Explanation::new(
            Kind::Trust,
            format!("{} may not assume `{}`", found.subject(), found.resource.unwrap_or("the role")),
        )
        .missing("sts:AssumeRole")
        .hint("the caller needs the permission, and the role's trust policy must name the caller");
        return Some(match found.fix() {
            Some(fix) => explanation.fix(fix),
            None => explanation,
        });
    }
    if !evidence.reason_has(&[
        "could not assume role",
        "cannot assume role",
        "to assume the role",
        "unable to assume",
    ]) {
        return None;
    }
    let arn = between(reason, "role arn:", " ").or_else(|| between(reason, "role arn:", "."));
    let name = arn.map(|arn| arn.trim_end_matches(['.', ',']).rsplit('/').next().unwrap_or(arn));
    let role = name.map_or_else(|| "the execution role".to_owned(), |name| format!("the role `{name}`"));
    Some(
        Explanation::new(
            Kind::Trust,
            format!("SageMaker cannot assume {role}: it does not exist, or its trust policy does not name SageMaker"),
        )
        .missing("sts:AssumeRole")
        .fix(format!(
            "aws iam update-assume-role-policy --role-name {} --policy-document '{TRUST}'",
            name.unwrap_or("ROLE")
        )),
    )
}
