//! Spare capacity, checkpoints and warm instances: the first and the last exclude each other.

use sagewright_spec::limits::MAX_RUNTIME_IN_SECONDS;
use sagewright_spec::{Code, Diagnostic, KeepAlive, Settings, Step};
use serde::Serialize;

use super::JobKind;
use super::report::Report;

/// How long a training job's instance is kept warm, in seconds, when nothing is said.
const KEEP_ALIVE_PERIOD_IN_SECONDS: i64 = 300;
/// How much longer than it may run a spot job may take, when nothing is said: one day.
const WAIT_IN_SECONDS: i64 = 86_400;

/// A job on spare capacity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedSpot {
    /// Longest time for waiting and running together.
    pub max_wait_in_seconds: i64,
}

/// Where a job's checkpoints are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedCheckpoints {
    /// Where in S3.
    pub uri: String,
    /// Where in the job; nothing means SageMaker's own default, `/opt/ml/checkpoints`.
    pub local_path: Option<String>,
}

/// Returns how the job uses spare capacity, if it does.
pub(super) fn spot(
    settings: &Settings,
    kind: JobKind,
    max_runtime: i64,
    step: &Step,
    report: &mut Report,
) -> Option<PlannedSpot> {
    if kind == JobKind::Processing {
        return None;
    }
    let own = step.settings.max_wait_in_seconds.is_some() || !step.settings.estimator_args.is_empty();
    let mut complain = |message: String, hint: &str| {
        let problem = Diagnostic::new(Code::InvalidSpot, message);
        report.add(step, own, problem.field("settings.max_wait_in_seconds").hint(hint));
    };
    if settings.use_spot_instances != Some(true) {
        if settings.max_wait_in_seconds.is_some() {
            let message = "`max_wait_in_seconds` is given, and the step does not use spot instances";
            complain(message.to_owned(), "add `use_spot_instances=True`, or leave it out");
        }
        return None;
    }
    let wait = settings
        .max_wait_in_seconds
        .unwrap_or_else(|| (max_runtime + WAIT_IN_SECONDS).min(MAX_RUNTIME_IN_SECONDS).max(max_runtime));
    if wait < max_runtime {
        let message = format!(
            "`max_wait_in_seconds` is {wait}, less than the {max_runtime} of `max_runtime_in_seconds`"
        );
        complain(message, "the time to wait includes the time that the job runs");
    }
    Some(PlannedSpot { max_wait_in_seconds: wait })
}

/// Returns how long the job's instance is kept warm, in seconds.
pub(super) fn keep_alive(
    settings: &Settings,
    kind: JobKind,
    step: &Step,
    report: &mut Report,
) -> Option<i64> {
    let given = settings.keep_alive_period_in_seconds;
    match kind {
        JobKind::Processing => None,
        JobKind::Training if settings.use_spot_instances == Some(true) => {
            if let Some(seconds) = given.and_then(KeepAlive::seconds).filter(|seconds| *seconds > 0) {
                let message = format!(
                    "a spot job cannot keep its instance, and `keep_alive_period_in_seconds` is {seconds}"
                );
                let own = step.settings.keep_alive_period_in_seconds.is_some()
                    || step.settings.use_spot_instances.is_some()
                    || !step.settings.estimator_args.is_empty();
                let problem = Diagnostic::new(Code::SpotKeepsNoInstance, message)
                    .field("settings.keep_alive_period_in_seconds")
                    .hint("leave it out, or give `None` beside `use_spot_instances=True`");
                report.add(step, own, problem);
            }
            None
        }
        JobKind::Training => given.unwrap_or(KeepAlive::Seconds(KEEP_ALIVE_PERIOD_IN_SECONDS)).seconds(),
    }
}

/// Returns where the job's checkpoints are kept, if they are.
pub(super) fn checkpoints(
    settings: &Settings,
    kind: JobKind,
    step: &Step,
    report: &mut Report,
) -> Option<PlannedCheckpoints> {
    if kind == JobKind::Processing {
        return None;
    }
    let local_path = settings.checkpoint_local_path.clone();
    match (&settings.checkpoint_s3_uri, local_path) {
        (Some(uri), local_path) => Some(PlannedCheckpoints { uri: uri.clone(), local_path }),
        (None, Some(path)) => {
            let message = format!("the checkpoints in `{path}` go nowhere: `checkpoint_s3_uri` is missing");
            let own =
                step.settings.checkpoint_local_path.is_some() || !step.settings.estimator_args.is_empty();
            let problem = Diagnostic::new(Code::InvalidCheckpoints, message)
                .field("settings.checkpoint_local_path")
                .hint("say where they are kept: `checkpoint_s3_uri=\"s3://bucket/folder\"`");
            report.add(step, own, problem);
            None
        }
        (None, None) => None,
    }
}
