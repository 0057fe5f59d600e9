//! The documents as IAM takes them.

use serde_json::{Map, Value, json};

use super::{Facts, Role, policy, trust};

/// `trust` and `policy` of a role; of several, below each one's name.
pub(super) fn render(roles: &[Role], facts: &Facts) -> String {
    let documents = |role| json!({"trust": trust(role, facts), "policy": policy(role, facts)});
    let value: Value = match roles {
        [role] => documents(*role),
        roles => {
            let all: Map<String, Value> =
                roles.iter().map(|role| (role.as_str().to_owned(), documents(*role))).collect();
            all.into()
        }
    };
    serde_json::to_string_pretty(&value).expect("documents have only text keys")
}
