//! The roles as a template for AWS's own templates (`AWS::IAM::Role`), in YAML.

use serde_json::{Value, json};
use std::fmt::Write;

use super::{Facts, Role, policy, trust};

pub(super) fn render(roles: &[Role], facts: &Facts) -> String {
    let mut resources = serde_json::Map::new();
    for role in roles {
        let name = match role {
            Role::Client => "SagewrightClient",
            Role::Execution => "SagewrightExecution",
            Role::Scheduler => "SagewrightScheduler",
        };
        let resource = json!({
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": trust(*role, facts),
                "Policies": [{"PolicyName": name, "PolicyDocument": policy(*role, facts)}],
            },
        });
        resources.insert(name.to_owned(), resource);
    }
    let template = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Roles for Sagewright, each with what it needs and no more",
        "Resources": resources,
    });
    let mut text = String::new();
    block(&template, 0, &mut text);
    text.trim_start_matches('\n').to_owned()
}

/// YAML in block style. Texts are quoted as in JSON, which YAML reads the same.
fn block(value: &Value, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    // Writing to a `String` cannot fail.
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                let key = if key.contains(':') { format!("\"{key}\"") } else { key.clone() };
                let _ = write!(text, "\n{indent}{key}:");
                block(value, depth + 1, text);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                let _ = write!(text, "\n{indent}-");
                block(item, depth + 1, text);
            }
        }
        scalar => {
            let _ = write!(text, " {scalar}");
        }
    }
}
