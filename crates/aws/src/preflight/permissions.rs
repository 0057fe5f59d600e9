//! Whether the caller and the execution role have the permissions they need, asked of IAM's own simulation with the
//! real resources. What it may not be asked is unknown, never missing.

use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum, EvaluationResult, PolicyEvaluationDecisionType};
use futures_util::future::join_all;

use super::{Finding, Subject, role_name};
use crate::patience::patient;
use crate::policy::{self, Role, Statement};
use crate::{Error, Result};

/// Statements without which a run is possible all the same.
const OPTIONAL: [&str; 6] =
    ["Preflight", "Quotas", "Schedules", "FindSchedules", "PushImages", "SignInToEcr"];

pub(super) async fn of_caller(subject: &Subject<'_>) -> Vec<Finding> {
    const CHECK: &str = "permissions of the caller";
    let caller = match subject.session.caller_identity().await {
        Ok(caller) => caller,
        Err(error) => return vec![Finding::error(CHECK, &error)],
    };
    let resource = caller.arn.splitn(6, ':').nth(5).unwrap_or_default();
    let principal = match resource.split('/').collect::<Vec<_>>()[..] {
        ["root"] => return vec![Finding::ok(CHECK, "the account's root user may do everything")],
        ["assumed-role", name, ..] => match role_arn(subject, name).await {
            Ok(arn) => arn,
            Err(error) => return vec![Finding::error(CHECK, &error)],
        },
        ["user" | "role", ..] => caller.arn.clone(),
        _ => return vec![Finding::unknown(CHECK, format!("`{}` has no policies to look at", caller.arn))],
    };
    check(subject, CHECK, Role::Client, &principal, &caller.account_id).await
}

pub(super) async fn of_execution_role(subject: &Subject<'_>) -> Vec<Finding> {
    const CHECK: &str = "permissions of the execution role";
    let Some(arn) = &subject.execution_role else { return Vec::new() };
    let account = arn.split(':').nth(4).unwrap_or_default().to_owned();
    check(subject, CHECK, Role::Execution, arn, &account).await
}

/// The ARN of an assumed role has lost the role's path, so IAM is asked for the whole one.
async fn role_arn(subject: &Subject<'_>, name: &str) -> Result<String> {
    let iam = aws_sdk_iam::Client::new(&subject.config());
    let answer = patient(|| async {
        iam.get_role().role_name(name).send().await.map_err(|error| Error::from_sdk("GetRole", &error))
    });
    let role = answer.await?.role;
    role.map(|role| role.arn).ok_or(Error::Incomplete { operation: "GetRole", member: "Role" })
}

async fn check(
    subject: &Subject<'_>,
    check: &'static str,
    role: Role,
    principal: &str,
    account_id: &str,
) -> Vec<Finding> {
    let facts = subject.facts(account_id);
    let statements: Vec<Statement> = policy::statements(role, &facts)
        .into_iter()
        .filter(|it| role != Role::Client || !OPTIONAL.contains(&it.sid))
        .filter(|it| it.resources.iter().all(|arn| !arn.is_empty()))
        .collect();
    let answers = join_all(statements.iter().map(|it| simulate(subject, principal, it))).await;
    let mut missing = Vec::new();
    let mut doubtful = Vec::new();
    for answer in answers {
        match answer {
            Ok(results) => {
                for result in results {
                    match judge(&result) {
                        Judgement::Allowed => {}
                        Judgement::Missing => missing.push(name(&result)),
                        Judgement::Doubtful => doubtful.push(name(&result)),
                    }
                }
            }
            Err(error) => return vec![Finding::error(check, &error)],
        }
    }
    let print = format!(
        "`sagewright aws policy --role {}` prints what `{}` needs",
        role.as_str(),
        role_name(principal)
    );
    vec![if !missing.is_empty() {
        Finding::failed(check, format!("`{}` may not: {}", role_name(principal), listed(missing))).hint(print)
    } else if doubtful.is_empty() {
        Finding::ok(check, format!("`{}` has all that is needed", role_name(principal)))
    } else {
        Finding::unknown(
            check,
            format!(
                "no policy of `{}` allows {}; the resource's own policy may",
                role_name(principal),
                listed(doubtful)
            ),
        )
        .hint(print)
    }]
}

async fn simulate(
    subject: &Subject<'_>,
    principal: &str,
    statement: &Statement,
) -> Result<Vec<EvaluationResult>> {
    let iam = aws_sdk_iam::Client::new(&subject.config());
    let entry = |key: &str, value: &str| {
        ContextEntry::builder()
            .context_key_name(key)
            .context_key_type(ContextKeyTypeEnum::String)
            .context_key_values(value.replace('*', "sagewright-doctor"))
            .build()
    };
    let mut context: Vec<ContextEntry> =
        statement.conditions.iter().map(|(_, key, value)| entry(key, value)).collect();
    context.extend(statement.passed_to.map(|service| entry("iam:PassedToService", service)));
    let mut results = Vec::new();
    let mut marker = None;
    loop {
        let page = patient(|| async {
            iam.simulate_principal_policy()
                .policy_source_arn(principal)
                .set_action_names(Some(statement.actions.iter().map(|it| (*it).to_owned()).collect()))
                .set_resource_arns(Some(statement.examples()))
                .set_context_entries((!context.is_empty()).then(|| context.clone()))
                .set_marker(marker.clone())
                .send()
                .await
                .map_err(|error| Error::from_sdk("SimulatePrincipalPolicy", &error))
        })
        .await?;
        results.extend(page.evaluation_results.unwrap_or_default());
        marker = page.marker.filter(|_| page.is_truncated);
        if marker.is_none() {
            return Ok(results);
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Judgement {
    Allowed,
    Missing,
    /// Buckets, repositories and keys have policies of their own, which the simulation does not know.
    Doubtful,
}

fn judge(result: &EvaluationResult) -> Judgement {
    let own_policies =
        ["s3:", "ecr:", "kms:"].iter().any(|service| result.eval_action_name.starts_with(service));
    match &result.eval_decision {
        PolicyEvaluationDecisionType::Allowed => Judgement::Allowed,
        PolicyEvaluationDecisionType::ExplicitDeny => Judgement::Missing,
        _ if own_policies => Judgement::Doubtful,
        _ => Judgement::Missing,
    }
}

fn name(result: &EvaluationResult) -> String {
    let resource = result.eval_resource_name.as_deref().unwrap_or("*");
    if result.eval_action_name == "iam:PassRole" {
        format!("{} on {resource}", result.eval_action_name)
    } else {
        result.eval_action_name.clone()
    }
}

fn listed(mut names: Vec<String>) -> String {
    names.sort();
    names.dedup();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(action: &str, decision: PolicyEvaluationDecisionType) -> EvaluationResult {
        EvaluationResult::builder().eval_action_name(action).eval_decision(decision).build().unwrap()
    }

    #[test]
    fn only_what_no_other_policy_can_allow_is_missing() {
        use PolicyEvaluationDecisionType::{Allowed, ExplicitDeny, ImplicitDeny};
        assert_eq!(judge(&result("sagemaker:CreatePipeline", Allowed)), Judgement::Allowed);
        assert_eq!(judge(&result("sagemaker:CreatePipeline", ImplicitDeny)), Judgement::Missing);
        assert_eq!(judge(&result("s3:GetObject", ImplicitDeny)), Judgement::Doubtful);
        assert_eq!(judge(&result("s3:GetObject", ExplicitDeny)), Judgement::Missing);
    }
}
