//! The user's code raised an exception, or ended with an error.

use super::evidence::between;
use super::{Evidence, Explanation, Kind};

pub(super) fn rule(evidence: &Evidence<'_>) -> Option<Explanation> {
    let reason = evidence.reason();
    if !reason.contains("AlgorithmError") {
        return None;
    }
    // Without a failure file the platform has no text between the class and the exit code.
    let text =
        between(reason, "AlgorithmError: ", ", exit code").unwrap_or_default().trim().trim_end_matches(',');
    let text = text.strip_prefix("ExecuteUserScriptError:").map_or(text, str::trim);
    let exception = if text.is_empty() { exception(evidence.log_tail) } else { Some(text) };
    let code = reason
        .rsplit_once("exit code: ")
        .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
    let sentence = match (exception, code) {
        (Some(exception), _) => format!("the step's code failed: {exception}"),
        (None, Some(code)) if !code.is_empty() => format!("the step's process ended with exit code {code}"),
        _ => "the step's code failed".to_owned(),
    };
    Some(
        Explanation::new(Kind::UserException, sentence)
            .hint("SageMaker never retries a failure of the code: change it and start a new run"),
    )
}

/// The last line of a traceback: `ValueError: text`.
fn exception(log_tail: &[String]) -> Option<&str> {
    log_tail.iter().rev().map(|line| line.trim()).find(|line| {
        let Some((name, _)) = line.split_once(':') else { return false };
        (name.ends_with("Error") || name.ends_with("Exception"))
            && name.chars().all(|it| it.is_alphanumeric() || it == '.' || it == '_')
    })
}
