//! What is planned fits the jobs' limits.
//!
//! The limits that hold for every job were checked on the pipeline already. Here settings are merged and the kind
//! of each job is known, so the rest can be measured before anything is paid for.

use sagewright_spec::limits::{ENVIRONMENT_ENTRIES, TAGS};
use sagewright_spec::{CheckedPipeline, Code, Diagnostic, Step};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

use super::environment::{PACKED_PREFIX, value_limit};
use super::report::Report;
use super::{EnvironmentValue, JobKind, Plan, PlannedStep, Target, overrides};
use crate::limits::{
    CONTAINER_ARGUMENT_LENGTH, CONTAINER_ARGUMENTS, IMAGE_LENGTH, PROCESSING_INPUTS, PROCESSING_INSTANCES,
    PROCESSING_MAX_RUNTIME_IN_SECONDS, PROCESSING_OUTPUTS, TRAINING_CHANNELS,
};

/// Most outputs of a training job: each takes four arguments of the container, two name the step, and two say
/// where the input data is.
const TRAINING_OUTPUTS: usize = (CONTAINER_ARGUMENTS - 4) / 4;

/// Adds every problem of the plan.
pub(super) fn check(plan: &Plan, checked: &CheckedPipeline, target: &Target, report: &mut Report) {
    let pipeline = checked.pipeline();
    check_image(target, report);
    if plan.pipeline_tags.len() > TAGS {
        let message = format!("the pipeline has {} tags, more than {TAGS}", plan.pipeline_tags.len());
        report.push(
            Diagnostic::new(Code::TooManyTags, message)
                .field("settings.pipeline_tags")
                .hint("one of them is Sagewright's own and keeps the pipeline's name")
                .pipeline(pipeline),
        );
    }
    let defaults: HashMap<&str, &str> = plan
        .parameters
        .iter()
        .filter_map(|parameter| Some((parameter.name.as_str(), parameter.default.as_ref()?.as_str()?)))
        .collect();
    for (planned, position) in plan.steps.iter().zip(checked.order()) {
        let step = &pipeline.steps[*position];
        check_environment(planned, step, &defaults, report);
        check_data(planned, step, report);
        check_runtime(planned, step, report);
        check_instances(planned, step, report);
        overrides::check(planned, step, report);
        if planned.tags.len() > TAGS {
            let message = format!("the job has {} tags, more than {TAGS}", planned.tags.len());
            let own = !step.settings.tags.is_empty();
            report.add(step, own, Diagnostic::new(Code::TooManyTags, message).field("settings.tags"));
        }
    }
}

/// Checks values for a run's parameters against the environment of the jobs that they reach.
///
/// SageMaker would refuse a text that is too long only when the step's job is created.
pub fn check_values(plan: &Plan, values: &BTreeMap<String, Value>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for step in &plan.steps {
        for (_, value) in &step.environment {
            let EnvironmentValue::Parameter(name) = value else { continue };
            let text = values.get(name).and_then(Value::as_str).unwrap_or_default();
            if let Some(mut problem) = parameter_too_long(step.kind, name, text) {
                problem.step = Some(step.name.clone());
                found.push(problem);
            }
        }
    }
    found
}

fn check_image(target: &Target, report: &mut Report) {
    let length = target.image.chars().count();
    if !(1..=IMAGE_LENGTH).contains(&length) {
        let message = format!("the name of the image has {length} characters, not 1 to {IMAGE_LENGTH}");
        report.push(
            Diagnostic::new(Code::InvalidImage, message)
                .hint("use a shorter repository name in the registry"),
        );
    }
}

fn check_environment(
    planned: &PlannedStep,
    step: &Step,
    defaults: &HashMap<&str, &str>,
    report: &mut Report,
) {
    let (count, limit) = (planned.environment.len(), ENVIRONMENT_ENTRIES);
    if count > limit {
        let packed = planned.environment.iter().filter(|(name, _)| name.starts_with(PACKED_PREFIX)).count();
        let fitting = count - packed;
        let job = job(planned.kind);
        let problem = if fitting >= limit {
            let message = format!(
                "the job has {fitting} environment variables for Sagewright and for parameters, more than {limit}"
            );
            Diagnostic::new(Code::TooManyEnvironmentVariables, message)
                .hint("give the step fewer parameters of the pipeline, or constants")
        } else {
            let room = (limit - fitting) * value_limit(planned.kind);
            let message =
                format!("the environment has more text than the {room} characters that a {job} job takes");
            Diagnostic::new(Code::EnvironmentValueTooLong, message).hint(value_hint(planned.kind))
        };
        report.add(
            step,
            !step.settings.environment.is_empty() || packed == 0,
            problem.field("settings.environment"),
        );
    }
    for (_, value) in &planned.environment {
        let EnvironmentValue::Parameter(name) = value else { continue };
        let text = defaults.get(name.as_str()).copied().unwrap_or_default();
        if let Some(problem) = parameter_too_long(planned.kind, name, text) {
            report.add(step, true, problem);
        }
    }
}

fn parameter_too_long(kind: JobKind, name: &str, text: &str) -> Option<Diagnostic> {
    let (length, limit) = (text.chars().count(), value_limit(kind));
    let job = job(kind);
    (length > limit).then(|| {
        let message =
            format!("the value of parameter `{name}` has {length} characters, and a {job} job takes {limit}");
        Diagnostic::new(Code::EnvironmentValueTooLong, message)
            .field(format!("parameters.{name}"))
            .hint(value_hint(kind))
    })
}

fn value_hint(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Training => "put long text into a file or an object in S3 and pass its place",
        JobKind::Processing => {
            "put long text into a file or an object in S3 and pass its place; training jobs take twice as much"
        }
    }
}

/// Returns the kind as it is called in a sentence.
pub(super) fn job(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Training => "training",
        JobKind::Processing => "processing",
    }
}

fn check_data(planned: &PlannedStep, step: &Step, report: &mut Report) {
    let job = job(planned.kind);
    let (input_limit, output_limit) = match planned.kind {
        JobKind::Training => (TRAINING_CHANNELS, TRAINING_OUTPUTS),
        JobKind::Processing => (PROCESSING_INPUTS, PROCESSING_OUTPUTS),
    };
    let own_inputs = step.settings.input_data_s3_uri.is_some();
    let own_outputs = step.settings.output_data_s3_uri.is_some();
    for (field, count, limit, own) in [
        ("input_data_s3_uri", planned.inputs.len(), input_limit, own_inputs),
        ("output_data_s3_uri", planned.outputs.len(), output_limit, own_outputs),
    ] {
        if count > limit {
            let message = format!("`{field}` has {count} channels, and a {job} job takes {limit}");
            let problem = Diagnostic::new(Code::WrongNumberOfChannels, message)
                .field(format!("settings.{field}"))
                .hint("put several of them under one folder in S3");
            report.add(step, own, problem);
        }
    }
    for argument in &planned.arguments {
        let length = argument.chars().count();
        if length > CONTAINER_ARGUMENT_LENGTH {
            let message = format!(
                "an S3 URI of `output_data_s3_uri` has {length} characters, and a {job} job takes \
                 {CONTAINER_ARGUMENT_LENGTH}"
            );
            let problem = Diagnostic::new(Code::ContainerArgumentTooLong, message)
                .field("settings.output_data_s3_uri")
                .hint("use a shorter URI, or let the step be a processing job, which takes 1024");
            report.add(step, own_outputs, problem);
        }
    }
}

fn check_runtime(planned: &PlannedStep, step: &Step, report: &mut Report) {
    let (runtime, limit) = (planned.max_runtime_in_seconds, PROCESSING_MAX_RUNTIME_IN_SECONDS);
    if planned.kind == JobKind::Processing && runtime > limit {
        let message = format!("`max_runtime_in_seconds` is {runtime}, and a processing job takes {limit}");
        let problem = Diagnostic::new(Code::InvalidMaxRuntime, message)
            .field("settings.max_runtime_in_seconds")
            .hint("shorten it, or use a training job, which may run for 28 days");
        report.add(step, step.settings.max_runtime_in_seconds.is_some(), problem);
    }
}

fn check_instances(planned: &PlannedStep, step: &Step, report: &mut Report) {
    let (count, limit) = (planned.instance_count, PROCESSING_INSTANCES);
    if planned.kind == JobKind::Processing && count > limit {
        let message = format!("`instance_count` is {count}, and a processing job takes {limit}");
        let problem = Diagnostic::new(Code::InvalidInstanceCount, message)
            .field("settings.instance_count")
            .hint("use fewer, or a training job");
        report.add(step, step.settings.instance_count.is_some(), problem);
    }
}
