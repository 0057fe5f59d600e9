//! Checks on settings, the same on every level.

mod arguments;
mod channels;
mod checkpoints;
mod environment;
mod image;
mod instance_type;
mod job_name;
mod kms_keys;
mod network;
mod ranges;
mod retries;
mod role;
mod s3_uri;
mod tags;

use crate::{Code, Diagnostic, Pipeline, Settings, Step};

/// Where settings stand.
#[derive(Clone, Copy)]
pub(crate) enum Level<'a> {
    /// A stack component; there is no place in the user's code.
    Component,
    /// A pipeline.
    Pipeline(&'a Pipeline),
    /// A step.
    Step(&'a Step),
}

impl Level<'_> {
    /// Makes a problem with a field of the settings.
    fn problem(self, code: Code, message: String, field: &str) -> Diagnostic {
        let problem = Diagnostic::new(code, message).field(format!("settings.{field}"));
        match self {
            Level::Component => problem,
            Level::Pipeline(pipeline) => problem.pipeline(pipeline),
            Level::Step(step) => problem.step(step),
        }
    }
}

/// Checks the settings of the pipeline, its tags, and the settings of its steps.
pub(super) fn check(pipeline: &Pipeline, found: &mut Vec<Diagnostic>) {
    tags::check(&pipeline.tags, "tags", Level::Pipeline(pipeline), found);
    check_level(&pipeline.settings, Level::Pipeline(pipeline), found);
    for step in &pipeline.steps {
        check_level(&step.settings, Level::Step(step), found);
    }
}

/// Checks settings of one level.
pub(crate) fn check_level(settings: &Settings, level: Level, found: &mut Vec<Diagnostic>) {
    instance_type::check(settings, level, found);
    ranges::check(settings, level, found);
    role::check(settings, level, found);
    environment::check(settings, level, found);
    tags::check(&settings.tags, "settings.tags", level, found);
    tags::check(&settings.pipeline_tags, "settings.pipeline_tags", level, found);
    s3_uri::check(settings, level, found);
    channels::check(settings, level, found);
    checkpoints::check(settings, level, found);
    image::check(settings, level, found);
    job_name::check(settings, level, found);
    kms_keys::check(settings, level, found);
    network::check(settings, level, found);
    retries::check(settings, level, found);
    arguments::check(settings, level, found);
}
