//! What is planned fits the jobs' limits.
//!
//! The limits that hold for every job were checked on the pipeline already. Here settings are merged and the kind
//! of each job is known, so the rest can be measured before anything is paid for.

use sagewright_spec::limits::{ENVIRONMENT_ENTRIES, TAGS};
use sagewright_spec::{CheckedPipeline, Code, Diagnostic, Pipeline, Step};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::{EnvironmentValue, JobKind, Plan, PlannedStep, Target};
use crate::limits::{
    CONTAINER_ARGUMENT_LENGTH, CONTAINER_ARGUMENTS, IMAGE_LENGTH, PROCESSING_ENVIRONMENT_VALUE_LENGTH,
    PROCESSING_INPUTS, PROCESSING_MAX_RUNTIME_IN_SECONDS, PROCESSING_OUTPUTS, TRAINING_CHANNELS,
    TRAINING_ENVIRONMENT_VALUE_LENGTH,
};

/// Most outputs of a training job: each takes four arguments of the container, and two name the step.
const TRAINING_OUTPUTS: usize = (CONTAINER_ARGUMENTS - 2) / 4;

/// Adds every problem of the plan.
pub(super) fn check(plan: &Plan, checked: &CheckedPipeline, target: &Target, found: &mut Vec<Diagnostic>) {
    let pipeline = checked.pipeline();
    check_image(target, found);
    if plan.pipeline_tags.len() > TAGS {
        let message = format!("the pipeline has {} tags, more than {TAGS}", plan.pipeline_tags.len());
        found.push(
            Diagnostic::new(Code::TooManyTags, message)
                .field("settings.pipeline_tags")
                .hint("one of them is Sagewright's own and keeps the pipeline's name")
                .pipeline(pipeline),
        );
    }
    let defaults = plan
        .parameters
        .iter()
        .filter_map(|parameter| Some((parameter.name.as_str(), parameter.default.as_ref()?.as_str()?)))
        .collect();
    let mut report = Report { pipeline, defaults, found: Vec::new(), seen: HashSet::new() };
    for (planned, position) in plan.steps.iter().zip(checked.order()) {
        let step = &pipeline.steps[*position];
        check_environment(planned, step, &mut report);
        check_data(planned, step, &mut report);
        check_runtime(planned, step, &mut report);
        if planned.tags.len() > TAGS {
            let message = format!("the job has {} tags, more than {TAGS}", planned.tags.len());
            let own = !step.settings.tags.is_empty();
            report.add(step, own, Diagnostic::new(Code::TooManyTags, message).field("settings.tags"));
        }
    }
    found.append(&mut report.found);
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

/// Collects problems and keeps what several steps inherit from appearing once for each of them.
struct Report<'a> {
    pipeline: &'a Pipeline,
    /// Defaults of the parameters that are text.
    defaults: HashMap<&'a str, &'a str>,
    found: Vec<Diagnostic>,
    seen: HashSet<(Code, String)>,
}

impl Report<'_> {
    /// Adds a problem: of the step when its `own` settings brought it, else of the pipeline, and then once.
    fn add(&mut self, step: &Step, own: bool, problem: Diagnostic) {
        if own {
            self.found.push(problem.step(step));
        } else if self.seen.insert((problem.code, problem.message.clone())) {
            self.found.push(problem.pipeline(self.pipeline));
        }
    }
}

fn check_image(target: &Target, found: &mut Vec<Diagnostic>) {
    let length = target.image.chars().count();
    if !(1..=IMAGE_LENGTH).contains(&length) {
        let message = format!("the name of the image has {length} characters, not 1 to {IMAGE_LENGTH}");
        found.push(
            Diagnostic::new(Code::InvalidImage, message)
                .hint("use a shorter repository name in the registry"),
        );
    }
}

fn check_environment(planned: &PlannedStep, step: &Step, report: &mut Report) {
    let count = planned.environment.len();
    if count > ENVIRONMENT_ENTRIES {
        let message = format!("the job has {count} environment variables, more than {ENVIRONMENT_ENTRIES}");
        let problem = Diagnostic::new(Code::TooManyEnvironmentVariables, message)
            .field("settings.environment")
            .hint("Sagewright's own variables and one for each parameter the step uses count as well");
        report.add(step, true, problem);
    }
    for (name, value) in &planned.environment {
        match value {
            EnvironmentValue::ExecutionArn => {}
            EnvironmentValue::Text(text) => {
                if let Some(problem) = text_too_long(planned.kind, name, text) {
                    report.add(step, step.settings.environment.contains_key(name), problem);
                }
            }
            EnvironmentValue::Parameter(name) => {
                let text = report.defaults.get(name.as_str()).copied().unwrap_or_default();
                if let Some(problem) = parameter_too_long(planned.kind, name, text) {
                    report.add(step, true, problem);
                }
            }
        }
    }
}

/// Returns how long the value of an environment variable may be.
fn value_limit(kind: JobKind) -> usize {
    match kind {
        JobKind::Training => TRAINING_ENVIRONMENT_VALUE_LENGTH,
        JobKind::Processing => PROCESSING_ENVIRONMENT_VALUE_LENGTH,
    }
}

fn text_too_long(kind: JobKind, name: &str, text: &str) -> Option<Diagnostic> {
    let (length, limit) = (text.chars().count(), value_limit(kind));
    let job = job(kind);
    (length > limit).then(|| {
        let message = format!(
            "the value of environment variable `{name}` has {length} characters, and a {job} job takes {limit}"
        );
        Diagnostic::new(Code::EnvironmentValueTooLong, message)
            .field(format!("settings.environment.{name}"))
            .hint(value_hint(kind))
    })
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

fn job(kind: JobKind) -> &'static str {
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
                .hint("use a shorter URI, or `use_training_step=False`: processing jobs take 1024");
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
