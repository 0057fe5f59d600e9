//! Which kind of job a step becomes.
//!
//! `use_training_step` says so. Without it the kind follows from settings that only one kind has, those of the
//! latest level first; where nothing speaks for a processing job it is a training job, whose instances stay warm.

use sagewright_spec::{Code, Diagnostic, KeepAlive, Locations, Settings, Step};

use super::levels::Levels;
use super::report::Report;
use super::{JobKind, overrides};
use crate::limits::CONTAINER_ARGUMENT_LENGTH;

/// A setting that only one kind of job has, and whether a level sets it.
type Only = (&'static str, fn(&Settings) -> bool);

const TRAINING_ONLY: [Only; 6] = [
    ("keep_alive_period_in_seconds", |settings| {
        matches!(settings.keep_alive_period_in_seconds, Some(KeepAlive::Seconds(_)))
    }),
    ("use_spot_instances", |settings| settings.use_spot_instances == Some(true)),
    ("max_wait_in_seconds", |settings| settings.max_wait_in_seconds.is_some()),
    ("checkpoint_s3_uri", |settings| settings.checkpoint_s3_uri.is_some()),
    ("checkpoint_local_path", |settings| settings.checkpoint_local_path.is_some()),
    ("estimator_args", |settings| !settings.estimator_args.is_empty()),
];
const PROCESSING_ONLY: [Only; 1] = [("processor_args", |settings| !settings.processor_args.is_empty())];

/// Decides, and reports settings of the other kind.
pub(super) fn decide(levels: &Levels, step: &Step, report: &mut Report) -> JobKind {
    let explicit = levels.find(|settings| settings.use_training_step);
    let training = latest(levels, JobKind::Training);
    let processing = latest(levels, JobKind::Processing);
    let (kind, level) = match explicit {
        Some((level, true)) => (JobKind::Training, level),
        Some((level, false)) => (JobKind::Processing, level),
        // `Option` orders: no level comes before every level.
        None if processing > training => (JobKind::Processing, processing.unwrap_or_default()),
        None => (JobKind::Training, training.unwrap_or_default()),
    };
    let (other, needed) = match kind {
        JobKind::Training => (JobKind::Processing, "processing"),
        JobKind::Processing => (JobKind::Training, "training"),
    };
    let is = super::limits::job(kind);
    for (field, is_set) in only(other) {
        let Some(at) = levels.last(is_set).filter(|at| *at >= level) else { continue };
        if is_pair(levels, at) && ["processor_args", "estimator_args"].contains(field) {
            continue;
        }
        let message = format!("`{field}` is only possible for {needed} jobs, and the step is a {is} job");
        let hint = if explicit.is_some() {
            "leave it out, or leave `use_training_step` to be decided by the other settings"
        } else {
            "leave it out, or what makes the step the other kind of job"
        };
        let problem =
            Diagnostic::new(Code::WrongJobKind, message).field(format!("settings.{field}")).hint(hint);
        report.add(step, Levels::is_step(at), problem);
    }
    let foreign = |settings: &Settings| overrides::only_of(other, &settings.job_overrides).next().is_some();
    if let Some(at) = levels.last(foreign).filter(|at| *at >= level) {
        let keys = levels
            .find(|settings| {
                overrides::only_of(other, &settings.job_overrides).next().map(|key| format!("`{key}`"))
            })
            .map_or_else(String::new, |(_, key)| key);
        let message =
            format!("{keys} of `job_overrides` belongs to {needed} jobs, and the step is a {is} job");
        let problem = Diagnostic::new(Code::WrongJobKind, message)
            .field("settings.job_overrides")
            .hint("set it for the steps of the other kind only");
        report.add(step, Levels::is_step(at), problem);
    }
    kind
}

/// Returns the latest level that sets anything that only this kind of job has.
fn latest(levels: &Levels, kind: JobKind) -> Option<usize> {
    levels.last(|settings| {
        only(kind).iter().any(|(_, is_set)| is_set(settings))
            || overrides::only_of(kind, &settings.job_overrides).next().is_some()
            || (kind == JobKind::Processing && has_long_output(settings))
    })
}

fn only(kind: JobKind) -> &'static [Only] {
    match kind {
        JobKind::Training => &TRAINING_ONLY,
        JobKind::Processing => &PROCESSING_ONLY,
    }
}

/// Says whether a level gives the arguments for both kinds: then each kind has its own, and nothing is meant
/// for the other.
fn is_pair(levels: &Levels, level: usize) -> bool {
    let both =
        |settings: &Settings| !settings.estimator_args.is_empty() && !settings.processor_args.is_empty();
    levels.last(both) == Some(level)
}

/// Says whether an output goes to a URI that the supervisor of a training job cannot be told.
fn has_long_output(settings: &Settings) -> bool {
    let outputs = settings.output_data_s3_uri.iter().flat_map(Locations::iter);
    outputs.into_iter().any(|(_, uri)| uri.chars().count() > CONTAINER_ARGUMENT_LENGTH)
}
