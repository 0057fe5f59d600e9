//! An object or a bucket in S3 cannot be read or written.

use super::authorization::{NotAuthorized, allow};
use super::{Evidence, Explanation, Kind};

pub(super) fn rule(evidence: &Evidence<'_>) -> Option<Explanation> {
    let reason = evidence.reason();
    if let Some(found) = NotAuthorized::find(reason).filter(|it| it.action.starts_with("s3:")) {
        let explanation = Explanation::new(
            Kind::S3Access,
            format!(
                "{} may not do `{}` on `{}`",
                found.subject(),
                found.action,
                found.resource.unwrap_or("the bucket")
            ),
        )
        .missing(found.action);
        let explanation = match found.explicit_hint() {
            Some(hint) => explanation.hint(hint),
            None => explanation,
        };
        return Some(match found.fix() {
            Some(fix) => explanation.fix(fix),
            None => explanation,
        });
    }
    // SageMaker's answer when it may not read a job's S3 data has no text of its own.
    if reason.contains("Error Details: null") {
        return Some(denied(
            "SageMaker refused the job without a reason, as it does when the role may not read the S3 data",
            reason,
        ));
    }
    if evidence.reason_has(&["nosuchbucket", "bucket does not exist"]) {
        return Some(
            Explanation::new(Kind::S3Access, format!("the bucket{} does not exist", named(reason)))
                .fix(format!("aws s3 mb s3://{}", bucket(reason).unwrap_or("BUCKET"))),
        );
    }
    if evidence.reason_has(&["permanentredirect", "is in this region", "different region", "wrong region"])
        && evidence.reason_has(&["s3", "bucket"])
    {
        return Some(
            Explanation::new(
                Kind::S3Access,
                format!("the bucket{} is in another region than the job", named(reason)),
            )
            .hint("SageMaker reads and writes only buckets of its own region: use another bucket or region"),
        );
    }
    if evidence.reason_has(&["no s3 objects found", "no objects found", "nosuchkey", "s3uri does not exist"])
    {
        return Some(
            Explanation::new(Kind::S3Access, format!("there is nothing at the S3 address{}", named(reason)))
                .fix(format!("aws s3 ls {}", uri(reason).unwrap_or("s3://BUCKET/PREFIX"))),
        );
    }
    let speaks_of_s3 = evidence.reason_has(&["s3"]);
    if speaks_of_s3 && evidence.reason_has(&["access denied", "accessdenied", "forbidden", "403"]) {
        return Some(denied("the role may not read or write the S3 data", reason));
    }
    evidence
        .log_line(&["access to the artifact store is denied"])
        .map(|line| denied(&format!("the job may not use the artifact store: {}", line.trim()), line))
}

fn denied(sentence: &str, text: &str) -> Explanation {
    let bucket = bucket(text).unwrap_or("BUCKET");
    Explanation::new(Kind::S3Access, sentence)
        .missing("s3:GetObject, s3:PutObject, s3:ListBucket")
        .hint("`sagewright doctor` shows which of them is missing; a key of KMS on the bucket needs permissions as well")
        .fix(allow(None, None, "s3:*Object", &format!("arn:aws:s3:::{bucket}/*")))
}

fn uri(text: &str) -> Option<&str> {
    let rest = &text[text.find("s3://")?..];
    let end = rest.find(|it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '`' | ',' | ')'));
    Some(rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ';']))
}

fn bucket(text: &str) -> Option<&str> {
    uri(text)?.strip_prefix("s3://")?.split('/').next().filter(|name| !name.is_empty())
}

fn named(text: &str) -> String {
    uri(text).map(|uri| format!(" `{uri}`")).unwrap_or_default()
}
