//! Tags have keys and values that AWS accepts.

use std::collections::BTreeMap;

use super::Level;
use crate::{Code, Diagnostic, limits};

/// Characters that tags may have besides letters, digits and spaces.
const OTHERS: &str = "_.:/=+-@";

pub(super) fn check(tags: &BTreeMap<String, String>, field: &str, level: Level, found: &mut Vec<Diagnostic>) {
    // The pipeline's own `tags` are no setting; the level prefixes only those that are.
    let problem = |code, message: String, field: String| level.problem(code, message, "").field(field);
    if tags.len() > limits::TAGS {
        let message = format!("{} tags, more than {}", tags.len(), limits::TAGS);
        found.push(
            problem(Code::TooManyTags, message, field.to_owned())
                .hint("AWS keeps no more tags on one resource; join some of them"),
        );
    }
    for (key, value) in tags {
        let fault = if !(1..=limits::TAG_KEY_LENGTH).contains(&key.chars().count()) {
            format!("the key of tag `{key}` must have 1 to {} characters", limits::TAG_KEY_LENGTH)
        } else if value.chars().count() > limits::TAG_VALUE_LENGTH {
            format!("the value of tag `{key}` has more than {} characters", limits::TAG_VALUE_LENGTH)
        } else if key.to_ascii_lowercase().starts_with("aws:") {
            format!("tags that begin with aws: are reserved by AWS: `{key}`")
        } else if let Some(letter) = key.chars().chain(value.chars()).find(|letter| !is_allowed(*letter)) {
            format!("tag `{key}` has a character that tags cannot have: {letter:?}")
        } else {
            continue;
        };
        found.push(
            problem(Code::InvalidTag, fault, format!("{field}.{key}"))
                .hint(format!("use letters, digits, spaces and {OTHERS}")),
        );
    }
}

fn is_allowed(letter: char) -> bool {
    letter.is_alphanumeric() || (letter.is_whitespace() && !letter.is_control()) || OTHERS.contains(letter)
}
