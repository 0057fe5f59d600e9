//! Instance types look like instance types. Which exist is not checked: new ones appear every month.

use super::Level;
use crate::{Code, Diagnostic, Settings};

pub(super) fn check(settings: &Settings, level: Level, found: &mut Vec<Diagnostic>) {
    let Some(instance_type) = &settings.instance_type else { return };
    if is_instance_type(instance_type) {
        return;
    }
    let prefixed = format!("ml.{instance_type}");
    let hint = if is_instance_type(&prefixed) {
        format!("did you mean `{prefixed}`?")
    } else {
        "write it as SageMaker does, such as `ml.m5.xlarge`".to_owned()
    };
    let message = format!("not an instance type: `{instance_type}`");
    found.push(level.problem(Code::InvalidInstanceType, message, "instance_type").hint(hint));
}

/// Says whether the text is `ml.`, a family and a size.
fn is_instance_type(text: &str) -> bool {
    let is_part = |part: &str, others: &[char]| {
        !part.is_empty()
            && part.chars().all(|letter| {
                letter.is_ascii_lowercase() || letter.is_ascii_digit() || others.contains(&letter)
            })
    };
    match text.split('.').collect::<Vec<_>>()[..] {
        ["ml", family, size] => is_part(family, &['-']) && is_part(size, &['-']),
        _ => false,
    }
}
