//! A permission that no other rule speaks of, `iam:PassRole` among them.

use super::authorization::NotAuthorized;
use super::{Evidence, Explanation, Kind};

pub(super) fn rule(evidence: &Evidence<'_>) -> Option<Explanation> {
    let Some(found) = NotAuthorized::find(evidence.reason()) else {
        return evidence.reason_has(&["accessdenied", "access denied"]).then(|| {
            Explanation::new(Kind::Permission, "a permission is missing; AWS does not say which")
                .hint("`sagewright doctor` looks for what is missing")
        });
    };
    let resource = found.resource.unwrap_or("*");
    let explanation = if found.action == "iam:PassRole" {
        Explanation::new(
            Kind::PassRole,
            format!("{} may not hand the role `{resource}` to SageMaker", found.subject()),
        )
        .hint(
            "whoever submits needs `iam:PassRole` on the execution role, and so does the execution role itself, for its \
             jobs; `sagewright aws policy` prints both policies",
        )
    } else {
        Explanation::new(
            Kind::Permission,
            format!("{} may not do `{}` on `{resource}`", found.subject(), found.action),
        )
        .hint("`sagewright aws policy` prints all that is needed")
    };
    let explanation = explanation.missing(found.action);
    let explanation = match found.explicit_hint() {
        Some(hint) => explanation.hint(hint),
        None => explanation,
    };
    Some(match found.fix() {
        Some(fix) => explanation.fix(fix),
        None => explanation,
    })
}
