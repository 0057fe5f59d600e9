//! Whether the artifact store can be read, and lies where jobs can reach it.

use super::{Finding, Subject};

const CHECK: &str = "artifact store";
/// An object that nobody writes: its absence is the answer of a store that can be read.
const PROBE: &str = "doctor/probe";

pub(super) async fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let uri = subject.store.uri();
    if !uri.starts_with("s3://") {
        return vec![
            Finding::failed(CHECK, format!("jobs on SageMaker cannot reach `{uri}`"))
                .hint("register an artifact store with a path that begins with `s3://`"),
        ];
    }
    vec![match subject.store.find_bytes(PROBE).await {
        Ok(_) => Finding::ok(CHECK, format!("`{uri}` can be read, in {}", subject.session.region())),
        Err(error) => explain(uri, &whole(&error)),
    }]
}

fn explain(uri: &str, text: &str) -> Finding {
    let bucket = uri.trim_start_matches("s3://").split('/').next().unwrap_or_default();
    let region = text.split("expecting '").nth(1).and_then(|rest| rest.split('\'').next());
    if text.contains("NoSuchBucket") {
        Finding::failed(CHECK, format!("the bucket `{bucket}` does not exist"))
            .hint(format!("aws s3 mb s3://{bucket}"))
    } else if text.contains("PermanentRedirect") || text.contains("redirect") || region.is_some() {
        let place = region.map(|region| format!(": it is in {region}")).unwrap_or_default();
        Finding::failed(CHECK, format!("the bucket `{bucket}` is not in the stack's region{place}")).hint(
            "SageMaker needs the bucket in its own region: change the stack's region, or take another bucket",
        )
    } else if text.contains("denied") || text.contains("AccessDenied") || text.contains("403") {
        Finding::failed(CHECK, format!("the caller may not read `{uri}`")).hint(
            "the caller needs s3:GetObject, s3:PutObject and s3:ListBucket there: `sagewright aws policy --role client`",
        )
    } else {
        Finding::unknown(CHECK, text.to_owned())
    }
}

/// An error with its causes, in one line.
fn whole(error: &sagewright_store::Error) -> String {
    let mut text = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preflight::Outcome;

    #[test]
    fn what_s3_says_is_told_apart() {
        let of = |text: &str| explain("s3://acme/x", text);
        assert!(of("NoSuchBucket: gone").hint.unwrap().ends_with("s3://acme"));
        let moved =
            of("AuthorizationHeaderMalformed: the region 'us-east-1' is wrong; expecting 'eu-west-1'");
        assert!(moved.message.ends_with("it is in eu-west-1"), "{}", moved.message);
        assert_eq!(of("access to the artifact store is denied").outcome, Outcome::Failed);
        assert_eq!(of("connection refused").outcome, Outcome::Unknown);
    }
}
