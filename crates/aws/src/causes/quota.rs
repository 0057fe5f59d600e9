//! A quota of the account is used up.

use super::evidence::between;
use super::{Evidence, Explanation, Kind};

pub(super) fn rule(evidence: &Evidence<'_>) -> Option<Explanation> {
    if !evidence.reason_has(&["resourcelimitexceeded", "resource_limit", "service limit", "service quota"]) {
        return None;
    }
    let reason = evidence.reason();
    let quota = between(reason, "limit '", "'").or_else(|| between(reason, "quota '", "'"));
    let Some(quota) = quota else {
        return Some(
            Explanation::new(Kind::Quota, format!("a quota of the account is used up: {reason}"))
                .hint("`aws service-quotas list-service-quotas --service-code sagemaker` shows the quotas"),
        );
    };
    let limit = between(reason, "is ", " Instance").and_then(number);
    let used = between(reason, "utilization of ", " Instance").and_then(number);
    let wanted = between(reason, "delta of ", " Instance").and_then(number);
    let sentence = match (limit, used, wanted) {
        (Some(0), _, _) => {
            format!("the account's quota `{quota}` is 0: it has to be raised before the first use")
        }
        (Some(limit), Some(used), Some(wanted)) => {
            format!(
                "the account's quota `{quota}` is {limit}; {used} are in use and {wanted} more are wanted"
            )
        }
        _ => format!("the account's quota `{quota}` is used up"),
    };
    let desired = used.unwrap_or(0) + wanted.unwrap_or(1).max(1);
    let explanation = Explanation::new(Kind::Quota, sentence).missing(quota).fix(format!(
        "aws service-quotas request-service-quota-increase --service-code sagemaker --desired-value {desired} \
         --quota-code $(aws service-quotas list-service-quotas --service-code sagemaker --output text --query \
         \"Quotas[?QuotaName=='{quota}'].QuotaCode\")"
    ));
    Some(if quota.contains("warm pool") {
        explanation.hint("or turn warm pools off: `keep_alive_period_in_seconds=None`")
    } else {
        explanation
            .hint("or choose another instance type, or let fewer steps run at once: `max_parallel_steps`")
    })
}

fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}
