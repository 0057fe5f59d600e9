//! Subnets and security groups are written like ones, and a job has a network.

use super::Level;
use crate::checks::is_name;
use crate::{Code, Diagnostic, Settings, limits};

pub(super) fn check(settings: &Settings, level: Level, found: &mut Vec<Diagnostic>) {
    for (field, ids, limit, example) in [
        ("subnets", &settings.subnets, limits::SUBNETS, "subnet-0123456789abcdef0"),
        ("security_group_ids", &settings.security_group_ids, limits::SECURITY_GROUPS, "sg-0123456789abcdef0"),
    ] {
        let Some(ids) = ids else { continue };
        if !(1..=limit).contains(&ids.len()) {
            let message = format!("`{field}` has {} entries, not 1 to {limit}", ids.len());
            found.push(
                level
                    .problem(Code::InvalidNetwork, message, field)
                    .hint("leave it out for a job without VPC"),
            );
        }
        for (position, id) in ids.iter().enumerate() {
            let allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
            if !is_name(id, limits::NETWORK_ID_LENGTH, allowed) {
                let message = format!("not an id: `{id}`");
                found.push(
                    level
                        .problem(Code::InvalidNetwork, message, &format!("{field}[{position}]"))
                        .hint(format!("write it as AWS does, such as `{example}`")),
                );
            }
        }
    }
    if settings.enable_network_isolation == Some(true) {
        let message = "a step cannot run without a network: it fetches its code and its inputs from S3";
        found
            .push(level.problem(Code::NetworkIsolation, message.to_owned(), "enable_network_isolation").hint(
            "give `subnets` without a way to the internet and with an endpoint for S3 in place of isolation",
        ));
    }
}
