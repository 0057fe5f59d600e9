//! A subnet or security group cannot be used.

use super::authorization::NotAuthorized;
use super::{Evidence, Explanation, Kind};

pub(super) fn rule(evidence: &Evidence<'_>) -> Option<Explanation> {
    let found = NotAuthorized::find(evidence.reason()).filter(|it| it.action.starts_with("ec2:"));
    if let Some(found) = found {
        let explanation = Explanation::new(
            Kind::Vpc,
            format!("{} may not do `{}`, which a job in a VPC needs", found.subject(), found.action),
        )
        .missing(found.action)
        .hint("`sagewright aws policy --role execution` prints the permissions for jobs in a VPC");
        return Some(match found.fix() {
            Some(fix) => explanation.fix(fix),
            None => explanation,
        });
    }
    if evidence.reason_has(&["free ip", "free addresses", "insufficientfreeaddresses", "not enough ip"]) {
        return Some(
            Explanation::new(Kind::Vpc, "the subnet has no free addresses left")
                .hint("name another subnet as well, or a larger one"),
        );
    }
    let name = evidence
        .reason()
        .split(|it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '`' | ',' | '[' | ']' | '(' | ')'))
        .find(|word| ["subnet-", "sg-", "vpc-"].iter().any(|start| word.starts_with(start)))
        .map(|word| word.trim_end_matches(['.', ';']));
    let speaks_of_networks =
        evidence.reason_has(&["subnet", "security group", "securitygroup", "network interface"]);
    speaks_of_networks.then(|| {
        let what = name.map_or_else(|| "the job's network".to_owned(), |name| format!("`{name}`"));
        Explanation::new(Kind::Vpc, format!("{what} cannot be used: {}", evidence.reason())).hint(
            "subnets and security groups must exist, belong to one VPC and be in the region of the job; without a NAT \
             gateway the VPC needs endpoints for S3, ECR, CloudWatch Logs and SageMaker",
        )
    })
}
