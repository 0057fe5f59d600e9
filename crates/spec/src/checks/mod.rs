//! One file per check. Each looks at the whole pipeline and adds what it finds; none relies on another.

mod after;
mod command;
mod cycle;
mod duplicate_step;
mod no_steps;
mod output_names;
mod parameter_defaults;
mod parameter_names;
mod pipeline_name;
mod self_dependency;
mod settings;
mod step_name;
mod too_many_parameters;
mod unknown_output;
mod unknown_parameter;
mod unknown_step;
mod version;

use crate::index::Index;
use crate::{Diagnostic, Pipeline, Settings};

/// Runs every check on the pipeline; `cycles` are those of its graph.
pub(crate) fn run(pipeline: &Pipeline, index: &Index, cycles: &[Vec<usize>]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    version::check(pipeline, &mut found);
    pipeline_name::check(pipeline, &mut found);
    no_steps::check(pipeline, &mut found);
    too_many_parameters::check(pipeline, &mut found);
    parameter_names::check(pipeline, &mut found);
    parameter_defaults::check(pipeline, &mut found);
    step_name::check(pipeline, &mut found);
    duplicate_step::check(pipeline, &mut found);
    command::check(pipeline, &mut found);
    output_names::check(pipeline, &mut found);
    unknown_step::check(pipeline, index, &mut found);
    unknown_output::check(pipeline, index, &mut found);
    unknown_parameter::check(pipeline, index, &mut found);
    after::check(pipeline, index, &mut found);
    self_dependency::check(pipeline, &mut found);
    cycle::check(pipeline, cycles, &mut found);
    settings::check(pipeline, &mut found);
    found
}

/// Runs the checks on settings that stand alone.
pub(crate) fn settings(settings: &Settings) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    settings::check_level(settings, settings::Level::Component, &mut found);
    found
}

/// Says whether `name` has one to `limit` characters, all of which `allowed` lets pass.
fn is_name(name: &str, limit: usize, allowed: impl Fn(char) -> bool) -> bool {
    (1..=limit).contains(&name.chars().count()) && name.chars().all(allowed)
}
