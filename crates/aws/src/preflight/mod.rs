//! Everything that can be found wrong before a run is paid for, looked for at once.
//!
//! A check that cannot be made (the caller may not ask, the service is not there, no answer came in time) is `Unknown`
//! and never holds a run back.

mod bucket;
mod clock;
mod identity;
mod instances;
mod permissions;
mod quotas;
mod repository;
mod role;

use aws_config::SdkConfig;
use aws_smithy_types::retry::RetryConfig;
use futures_util::future::{BoxFuture, join_all};
use sagewright_store::Store;
use serde::Serialize;
use std::time::Duration;

use crate::policy::Facts;
use crate::{Error, Session};

pub use repository::{Repository, create_repository};

/// How long one check may take.
const LIMIT: Duration = Duration::from_secs(2);

/// What is looked at. The caller fills it from a stack, and from a plan where there is one.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// Who calls, and where.
    pub session: &'a Session,
    /// The artifact store.
    pub store: &'a Store,
    /// The execution role's ARN.
    pub execution_role: Option<String>,
    /// The scheduler role's ARN, where schedules are used.
    pub scheduler_role: Option<String>,
    /// The repositories that images are pulled from.
    pub repositories: Vec<Repository>,
    /// The instances that jobs will ask for.
    pub instances: Vec<Instances>,
    /// The SageMaker pipelines' names, `*` where it is no particular one.
    pub pipelines: String,
    /// Keys that data and volumes are encrypted with.
    pub kms_keys: Vec<String>,
    /// Whether jobs run in a VPC.
    pub vpc: bool,
    /// Whether it is the embedded endpoint, which has no roles, repositories and quotas to look at.
    pub embedded: bool,
}

/// Instances of one type that jobs of one kind ask for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instances {
    /// The type, such as `ml.m5.xlarge`.
    pub instance_type: String,
    /// `training` or `processing`, as quotas have it.
    pub job_kind: &'static str,
    /// Whether the API model that this program carries has the type.
    pub known: bool,
    /// Whether a warm pool is kept of them.
    pub warm_pool: bool,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// As it should be.
    Ok,
    /// Not wrong by itself, but worth knowing.
    Warning,
    /// A run would fail.
    Failed,
    /// It could not be found out.
    Unknown,
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, in two or three words.
    pub check: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// What was found, in one sentence.
    pub message: String,
    /// The way out.
    pub hint: Option<String>,
}

impl Finding {
    fn new(check: &'static str, outcome: Outcome, message: impl Into<String>) -> Self {
        Self { check, outcome, message: message.into(), hint: None }
    }

    fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self::new(check, Outcome::Ok, message)
    }

    fn warning(check: &'static str, message: impl Into<String>) -> Self {
        Self::new(check, Outcome::Warning, message)
    }

    fn failed(check: &'static str, message: impl Into<String>) -> Self {
        Self::new(check, Outcome::Failed, message)
    }

    fn unknown(check: &'static str, message: impl Into<String>) -> Self {
        Self::new(check, Outcome::Unknown, message)
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// An error as a finding: what the credentials cannot do at all has failed, the rest is not known.
    fn error(check: &'static str, error: &Error) -> Self {
        let finding = match error {
            Error::Authentication(_) => Self::failed(check, error.to_string()),
            error if error.is_denied() => Self::unknown(check, "the caller may not ask"),
            error => Self::unknown(check, error.to_string()),
        };
        match error.hint() {
            Some(hint) if finding.outcome == Outcome::Failed => finding.hint(hint),
            _ => finding,
        }
    }
}

/// All findings, in a fixed order. Whether one has failed decides whether a run should go on.
pub async fn examine(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.embedded {
        let checks = vec![
            within("caller", identity::check(subject)),
            within("artifact store", bucket::check(subject)),
        ];
        return join_all(checks).await.into_iter().flatten().collect();
    }
    let checks: Vec<BoxFuture<'_, Vec<Finding>>> = vec![
        within("caller", identity::check(subject)),
        within("clock", clock::check(subject)),
        within("execution role", role::check(subject)),
        within("permissions of the caller", permissions::of_caller(subject)),
        within("permissions of the execution role", permissions::of_execution_role(subject)),
        within("artifact store", bucket::check(subject)),
        within("images", repository::check(subject)),
        within("instance types", instances::check(subject)),
        within("quotas", quotas::check(subject)),
    ];
    let findings: Vec<Finding> = join_all(checks).await.into_iter().flatten().collect();
    without_echoes(findings)
}

/// Without credentials every check fails for one reason, which is said once.
fn without_echoes(mut findings: Vec<Finding>) -> Vec<Finding> {
    let first = findings.iter().position(|it| it.check == "caller" && it.outcome == Outcome::Failed);
    if let Some(first) = first {
        let said = findings[first].message.clone();
        let mut index = 0;
        findings.retain(|finding| {
            index += 1;
            index - 1 == first || (finding.message != said && finding.outcome != Outcome::Unknown)
        });
    }
    findings
}

fn within<'a>(
    check: &'static str,
    findings: impl Future<Output = Vec<Finding>> + Send + 'a,
) -> BoxFuture<'a, Vec<Finding>> {
    Box::pin(async move {
        tokio::time::timeout(LIMIT, findings).await.unwrap_or_else(|_| {
            vec![Finding::unknown(check, format!("no answer within {} seconds", LIMIT.as_secs()))]
        })
    })
}

/// A session's configuration in which a request is sent once: a check that has to be repeated is `Unknown`.
fn once(session: &Session) -> SdkConfig {
    session.config().to_builder().retry_config(RetryConfig::disabled()).build()
}

impl Subject<'_> {
    fn config(&self) -> SdkConfig {
        once(self.session)
    }

    /// The names that policies are limited to, as far as they are known.
    fn facts(&self, account_id: &str) -> Facts {
        let role = self.execution_role.clone().unwrap_or_default();
        let location = self.store.uri().strip_prefix("s3://").unwrap_or_default();
        let (bucket, prefix) = location.split_once('/').unwrap_or((location, ""));
        Facts {
            partition: role.split(':').nth(1).filter(|it| !it.is_empty()).unwrap_or("aws").to_owned(),
            region: self.session.region().to_owned(),
            account_id: account_id.to_owned(),
            pipelines: self.pipelines.clone(),
            bucket: bucket.to_owned(),
            prefix: prefix.trim_matches('/').to_owned(),
            execution_role: role,
            scheduler_role: self.scheduler_role.clone(),
            repositories: self.repositories.iter().map(|it| it.name.clone()).collect(),
            kms_keys: self.kms_keys.clone(),
            vpc: self.vpc,
        }
    }
}

/// The name in a role's ARN, without its path.
fn role_name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_credentials_are_said_once() {
        let findings = vec![
            Finding::failed("caller", "there are no AWS credentials"),
            Finding::failed("execution role", "there are no AWS credentials"),
            Finding::unknown("quotas", "no answer within 2 seconds"),
            Finding::warning("instance types", "`ml.m5.huge` is not known"),
        ];
        let left: Vec<_> = without_echoes(findings).into_iter().map(|it| it.check).collect();
        assert_eq!(left, ["caller", "instance types"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_check_without_an_answer_is_unknown() {
        let findings = within("quotas", std::future::pending()).await;
        assert_eq!(findings[0].outcome, Outcome::Unknown);
    }
}
