//! A key of KMS cannot be used.

use super::authorization::NotAuthorized;
use super::{Evidence, Explanation, Kind};

pub(super) fn rule(evidence: &Evidence<'_>) -> Option<Explanation> {
    let found = NotAuthorized::find(evidence.reason()).filter(|it| it.action.starts_with("kms:"));
    if let Some(found) = found {
        let explanation = Explanation::new(
            Kind::Kms,
            format!(
                "{} may not do `{}` with the key `{}`",
                found.subject(),
                found.action,
                found.resource.unwrap_or("of the job")
            ),
        )
        .missing(found.action)
        .hint(
            found
                .explicit_hint()
                .unwrap_or("the key's own policy must allow it too; volumes need `kms:CreateGrant`"),
        );
        return Some(match found.fix() {
            Some(fix) => explanation.fix(fix),
            None => explanation,
        });
    }
    evidence.reason_has(&["kms"]).then(|| {
        Explanation::new(Kind::Kms, format!("the key cannot be used: {}", evidence.reason()))
            .missing("kms:Decrypt, kms:Encrypt, kms:GenerateDataKey, kms:CreateGrant")
            .hint("the key must be enabled, in the region of the job, and its policy must name the execution role")
    })
}
