//! Roles are given as ARNs.

use super::Level;
use crate::{Code, Diagnostic, Settings, limits};

pub(super) fn check(settings: &Settings, level: Level, found: &mut Vec<Diagnostic>) {
    let Some(role) = &settings.execution_role else { return };
    if !is_role_arn(role) {
        let message = format!("not the ARN of a role: `{role}`");
        found.push(
            level
                .problem(Code::InvalidRole, message, "execution_role")
                .hint("give the whole ARN, such as `arn:aws:iam::123456789012:role/name`"),
        );
    }
}

/// Says whether the text is `arn:aws…:iam::<account>:role/<name>`.
fn is_role_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = parts[..] else { return false };
    let Some(name) = resource.strip_prefix("role/") else { return false };
    limits::ROLE_ARN_LENGTH.contains(&text.len())
        && partition.starts_with("aws")
        && partition.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-')
        && account.len() == 12
        && account.chars().all(|letter| letter.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_+=,.@-/".contains(letter))
}
