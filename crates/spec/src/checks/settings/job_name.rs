//! What the names of jobs begin with can be the beginning of one.

use super::Level;
use crate::checks::is_name;
use crate::{Code, Diagnostic, Settings, limits};

pub(super) fn check(settings: &Settings, level: Level, found: &mut Vec<Diagnostic>) {
    let Some(name) = &settings.base_job_name else { return };
    let limit = limits::BASE_JOB_NAME_LENGTH;
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if !is_name(name, limit, allowed) || name.starts_with('-') || name.ends_with('-') {
        found.push(
            level
                .problem(
                    Code::InvalidJobName,
                    format!("not a beginning for names of jobs: `{name}`"),
                    "base_job_name",
                )
                .hint(format!(
                    "use 1 to {limit} of the characters A-Z a-z 0-9 - and neither begin nor end with a dash; the \
                     service adds the rest"
                )),
        );
    }
}
