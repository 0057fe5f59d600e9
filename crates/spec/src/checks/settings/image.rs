//! Images have names that fit.

use super::Level;
use crate::{Code, Diagnostic, Settings, limits};

pub(super) fn check(settings: &Settings, level: Level, found: &mut Vec<Diagnostic>) {
    let Some(image) = &settings.image_uri else { return };
    let length = image.chars().count();
    if !(1..=limits::IMAGE_LENGTH).contains(&length) {
        let limit = limits::IMAGE_LENGTH;
        let message = format!("the name of the image has {length} characters, not 1 to {limit}");
        found.push(
            level
                .problem(Code::InvalidImage, message, "image_uri")
                .hint("write it as `<registry>/<repository>:<tag>`"),
        );
    } else if let Some(letter) = image.chars().find(|letter| letter.is_whitespace() || letter.is_control()) {
        let message = format!("the name of the image has a character that images cannot have: {letter:?}");
        found.push(
            level
                .problem(Code::InvalidImage, message, "image_uri")
                .hint("write it as `<registry>/<repository>:<tag>`"),
        );
    }
}
