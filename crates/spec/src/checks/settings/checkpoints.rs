//! Checkpoints lie in a folder of their own.

use super::Level;
use crate::{Code, Diagnostic, Settings, limits};

/// Folders below `/opt/ml` that belong to the platform or to Sagewright.
const TAKEN: [&str; 7] = ["input", "output", "model", "code", "config", "processing", "sagewright"];

pub(super) fn check(settings: &Settings, level: Level, found: &mut Vec<Diagnostic>) {
    let Some(path) = &settings.checkpoint_local_path else { return };
    let parts: Vec<&str> =
        path.strip_prefix("/opt/ml/").unwrap_or_default().trim_end_matches('/').split('/').collect();
    let is_plain = parts.iter().all(|part| !matches!(*part, "" | "." | ".."));
    let fits = path.chars().count() <= limits::CHECKPOINT_PATH_LENGTH && !path.chars().any(char::is_control);
    if is_plain && fits && !TAKEN.contains(&parts[0]) {
        return;
    }
    found.push(
        level
            .problem(
                Code::InvalidCheckpoints,
                format!("not a folder for checkpoints: `{path}`"),
                "checkpoint_local_path",
            )
            .hint("use a folder of your own below `/opt/ml`, such as the default `/opt/ml/checkpoints`"),
    );
}
