//! Channels have names that SageMaker accepts and that can be folders.

use super::Level;
use crate::checks::is_name;
use crate::{Code, Diagnostic, Locations, Settings, limits};

pub(super) fn check(settings: &Settings, level: Level, found: &mut Vec<Diagnostic>) {
    let locations = [
        ("input_data_s3_uri", &settings.input_data_s3_uri),
        ("output_data_s3_uri", &settings.output_data_s3_uri),
    ];
    for (field, locations) in locations {
        let Some(Locations::Channels(channels)) = locations else { continue };
        if channels.is_empty() {
            found.push(
                level
                    .problem(
                        Code::WrongNumberOfChannels,
                        format!("`{field}` is a map without channels"),
                        field,
                    )
                    .hint("leave it out, or give a URI"),
            );
        }
        for channel in channels.keys() {
            let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
            if !is_name(channel, limits::CHANNEL_NAME_LENGTH, allowed) || channel.starts_with('.') {
                let limit = limits::CHANNEL_NAME_LENGTH;
                found.push(
                    level
                        .problem(
                            Code::InvalidChannelName,
                            format!("not a name for a channel: `{channel}`"),
                            &format!("{field}.{channel}"),
                        )
                        .hint(format!(
                            "use 1 to {limit} of the characters A-Z a-z 0-9 _ - . and do not begin with a dot"
                        )),
                );
            }
        }
    }
}
