//! Whether the roles are there and let the right service assume them. The simulation of policies does not look at
//! trust, so the document itself is read.

use serde_json::Value;

use super::{Finding, Subject, role_name};
use crate::Error;
use crate::patience::patient;

pub(super) async fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    match &subject.execution_role {
        Some(arn) => findings.push(one(subject, "execution role", arn, "sagemaker.amazonaws.com").await),
        None => findings.push(
            Finding::failed("execution role", "the stack's orchestrator has no execution role")
                .hint("`sagewright orchestrator update NAME --execution_role=ARN` sets one"),
        ),
    }
    if let Some(arn) = &subject.scheduler_role {
        findings.push(one(subject, "scheduler role", arn, "scheduler.amazonaws.com").await);
    }
    findings
}

async fn one(subject: &Subject<'_>, check: &'static str, arn: &str, service: &str) -> Finding {
    let name = role_name(arn);
    let iam = aws_sdk_iam::Client::new(&subject.config());
    let answer = patient(|| async {
        iam.get_role().role_name(name).send().await.map_err(|error| Error::from_sdk("GetRole", &error))
    });
    let role = match answer.await {
        Ok(answer) => answer.role,
        Err(Error::Refused { code, .. }) if code == "NoSuchEntity" || code == "NoSuchEntityException" => {
            return Finding::failed(check, format!("there is no role `{name}`")).hint(format!(
                "`sagewright aws policy --role {} --format cloudformation` prints one",
                check.split(' ').next().unwrap_or(check)
            ));
        }
        Err(error) => return Finding::error(check, &error),
    };
    let Some(document) = role.and_then(|role| role.assume_role_policy_document) else {
        return Finding::unknown(check, "AWS does not show who may assume it");
    };
    match trusts(&document, service) {
        Some(true) => Finding::ok(check, format!("`{name}` is there and trusts {service}")),
        Some(false) => Finding::failed(check, format!("`{name}` does not let {service} assume it")).hint(format!(
            "aws iam update-assume-role-policy --role-name {name} --policy-document '{{\"Version\":\"2012-10-17\",\
             \"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{{\"Service\":\"{service}\"}},\"Action\":\
             \"sts:AssumeRole\"}}]}}'"
        )),
        None => Finding::unknown(check, "its trust document cannot be read"),
    }
}

/// Whether a trust document, percent-encoded as IAM gives it, lets a service assume the role.
fn trusts(document: &str, service: &str) -> Option<bool> {
    let document: Value = serde_json::from_str(&decode(document)).ok()?;
    let statements = list(document.get("Statement")?);
    Some(statements.iter().any(|statement| {
        let allows = statement.get("Effect").and_then(Value::as_str) == Some("Allow");
        let assumes = list(statement.get("Action").unwrap_or(&Value::Null))
            .iter()
            .any(|action| matches!(action.as_str(), Some("sts:AssumeRole" | "sts:*" | "*")));
        let services = statement.get("Principal").and_then(|it| it.get("Service")).unwrap_or(&Value::Null);
        allows && assumes && list(services).iter().any(|it| it.as_str() == Some(service))
    }))
}

/// A value, or the values of a list: policies allow both.
fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        if let (b'%', Some(byte)) = (first, hex.and_then(|it| u8::from_str_radix(it, 16).ok())) {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trust_is_read_in_every_form_that_policies_take() {
        let one = r#"{"Statement":{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
        let several = r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com","sagemaker.amazonaws.com"]},"Action":["sts:AssumeRole","sts:TagSession"]}]}"#;
        let other = r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:root"},"Action":"sts:AssumeRole"}]}"#;
        let denied = one.replace("Allow", "Deny");
        let service = "sagemaker.amazonaws.com";
        assert_eq!(trusts(one, service), Some(true));
        assert_eq!(trusts(several, service), Some(true));
        assert_eq!(trusts(other, service), Some(false));
        assert_eq!(trusts(&denied, service), Some(false));
        assert_eq!(trusts("no json", service), None);
        let encoded = one.replace('{', "%7B").replace('"', "%22");
        assert_eq!(trusts(&encoded, service), Some(true));
    }
}
