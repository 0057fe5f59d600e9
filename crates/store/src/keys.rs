//! The layout of the store: which key holds what, relative to the store's root.

/// The spec of a pipeline, by its hash.
pub fn spec(pipeline: &str, hash: &str) -> String {
    format!("pipelines/{pipeline}/{hash}.json")
}

/// A code archive, by its hash.
pub fn code(hash: &str) -> String {
    format!("code/{hash}.tar.gz")
}

/// The folder that holds one folder per run.
pub const RUNS: &str = "runs";

/// The record of a run.
pub fn run(run_id: &str) -> String {
    format!("{RUNS}/{run_id}/run.json")
}

/// The folder that holds one folder per step of a run.
pub fn steps(run_id: &str) -> String {
    format!("{RUNS}/{run_id}/steps")
}

/// The folder that holds one folder per attempt at a step.
pub fn attempts(run_id: &str, step: &str) -> String {
    format!("{RUNS}/{run_id}/steps/{step}")
}

/// The record of an attempt.
pub fn step(run_id: &str, step: &str, attempt: u32) -> String {
    format!("{RUNS}/{run_id}/steps/{step}/{attempt}/step.json")
}

/// The folder of one output of an attempt.
pub fn output(run_id: &str, step: &str, attempt: u32, output: &str) -> String {
    format!("{RUNS}/{run_id}/steps/{step}/{attempt}/outputs/{output}")
}

/// The end of what an attempt printed.
pub fn log_tail(run_id: &str, step: &str, attempt: u32) -> String {
    format!("{RUNS}/{run_id}/steps/{step}/{attempt}/log-tail.txt")
}

/// Step and attempt of a record's key, if it is the key of one: the inverse of [`step`].
pub(crate) fn parse_step<'a>(run_id: &str, key: &'a str) -> Option<(&'a str, u32)> {
    let rest = key.strip_prefix(RUNS)?.strip_prefix('/')?.strip_prefix(run_id)?.strip_prefix("/steps/")?;
    let mut parts = rest.split('/');
    let (step, attempt, file) = (parts.next()?, parts.next()?, parts.next()?);
    if file != "step.json" || parts.next().is_some() {
        return None;
    }
    Some((step, attempt.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_record_is_taken_for_a_record() {
        assert_eq!(parse_step("r", &step("r", "train_2", 3)), Some(("train_2", 3)));
        assert_eq!(parse_step("r", &format!("{}/step.json", output("r", "a", 1, "o"))), None);
        assert_eq!(parse_step("r", &log_tail("r", "a", 1)), None);
        assert_eq!(parse_step("r", "runs/r/steps/a/x/step.json"), None);
    }
}
