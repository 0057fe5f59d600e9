//! The roles as resources of Terraform's `aws` provider.

use serde_json::Value;

use super::{Facts, Role, policy, trust};

pub(super) fn render(roles: &[Role], facts: &Facts) -> String {
    roles.iter().map(|role| resources(*role, facts)).collect::<Vec<_>>().join("\n\n")
}

fn resources(role: Role, facts: &Facts) -> String {
    let name = role.as_str();
    format!(
        "resource \"aws_iam_role\" \"sagewright_{name}\" {{\n  name               = \"sagewright-{name}\"\n  \
         assume_role_policy = jsonencode({})\n}}\n\nresource \"aws_iam_role_policy\" \"sagewright_{name}\" {{\n  name   \
         = \"sagewright-{name}\"\n  role   = aws_iam_role.sagewright_{name}.id\n  policy = jsonencode({})\n}}",
        object(&trust(role, facts)),
        object(&policy(role, facts)),
    )
}

/// A JSON object is an expression of HCL too, once `${` is kept from being a template.
fn object(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).expect("documents have only text keys");
    text.replace("${", "$${").replace('\n', "\n  ")
}
