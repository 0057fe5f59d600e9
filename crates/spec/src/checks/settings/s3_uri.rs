//! Data locations are S3 URIs.

use super::Level;
use crate::{Code, Diagnostic, Locations, Settings, limits};

pub(super) fn check(settings: &Settings, level: Level, found: &mut Vec<Diagnostic>) {
    let locations = [
        ("input_data_s3_uri", &settings.input_data_s3_uri),
        ("output_data_s3_uri", &settings.output_data_s3_uri),
    ];
    for (field, locations) in locations {
        for (channel, uri) in locations.iter().flat_map(Locations::iter) {
            let field = channel.map_or(field.to_owned(), |channel| format!("{field}.{channel}"));
            check_one(uri, &field, level, found);
        }
    }
    if let Some(uri) = &settings.checkpoint_s3_uri {
        check_one(uri, "checkpoint_s3_uri", level, found);
    }
}

fn check_one(uri: &str, field: &str, level: Level, found: &mut Vec<Diagnostic>) {
    if let Some(fault) = fault(uri) {
        found.push(
            level
                .problem(Code::InvalidS3Uri, format!("not an S3 URI: `{uri}`"), field)
                .hint(format!("{fault}; write it as `s3://bucket/folder`")),
        );
    }
}

/// Returns what is wrong with the URI, or nothing.
fn fault(uri: &str) -> Option<String> {
    let Some(path) = uri.strip_prefix("s3://") else {
        return Some("it does not begin with `s3://`".to_owned());
    };
    let bucket = path.split('/').next().unwrap_or_default();
    let is_bucket = (3..=63).contains(&bucket.len())
        && bucket.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && bucket
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || ".-".contains(letter));
    if !is_bucket {
        return Some(format!("`{bucket}` cannot be the name of a bucket"));
    }
    if uri.chars().any(char::is_control) {
        return Some("it has a control character".to_owned());
    }
    let limit = limits::S3_URI_LENGTH;
    (uri.chars().count() > limit).then(|| format!("it has more than {limit} characters"))
}
