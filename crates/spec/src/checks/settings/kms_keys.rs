//! Keys are ids, ARNs or aliases.

use super::Level;
use crate::checks::is_name;
use crate::{Code, Diagnostic, Settings, limits};

pub(super) fn check(settings: &Settings, level: Level, found: &mut Vec<Diagnostic>) {
    for (field, key) in
        [("volume_kms_key", &settings.volume_kms_key), ("output_kms_key", &settings.output_kms_key)]
    {
        let Some(key) = key else { continue };
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || ":/_-".contains(letter);
        if !is_name(key, limits::KMS_KEY_LENGTH, allowed) {
            found.push(
                level
                    .problem(Code::InvalidKmsKey, format!("not a key: `{key}`"), field)
                    .hint("give its id, its ARN, or its alias as `alias/name`"),
            );
        }
    }
}
