//! One step: merged settings, defaults, and what its container is told.

use sagewright_spec::{CheckedPipeline, KeepAlive, Settings};

use super::{JobKind, PlannedStep, Target, data, environment, one_line};

/// Instance type of a training job when no settings name one.
const TRAINING_INSTANCE_TYPE: &str = "ml.m5.xlarge";
/// Instance type of a processing job when no settings name one.
const PROCESSING_INSTANCE_TYPE: &str = "ml.t3.medium";
/// Size of the volume in gigabytes.
const VOLUME_SIZE_IN_GB: i64 = 30;
/// Longest runtime in seconds: one day.
const MAX_RUNTIME_IN_SECONDS: i64 = 86_400;
/// How long a training job's instance is kept warm, in seconds.
const KEEP_ALIVE_PERIOD_IN_SECONDS: i64 = 300;

/// What all steps of a pipeline share.
pub(super) struct Context<'a> {
    pub(super) checked: &'a CheckedPipeline,
    pub(super) target: &'a Target,
    /// Settings of component and pipeline, merged.
    pub(super) settings: &'a Settings,
    /// Hash of the spec.
    pub(super) spec: &'a str,
    /// Names in SageMaker, by position in the document.
    pub(super) step_names: &'a [String],
}

/// Plans the step at `position` in the document.
pub(super) fn plan(context: &Context, position: usize) -> PlannedStep {
    let (checked, target) = (context.checked, context.target);
    let pipeline = checked.pipeline();
    let step = &pipeline.steps[position];
    let settings = context.settings.merge(&step.settings);
    // Automatic means a training job: everything that a step can ask for works there.
    let kind = match settings.use_training_step {
        Some(false) => JobKind::Processing,
        Some(true) | None => JobKind::Training,
    };
    let default_instance_type = match kind {
        JobKind::Training => TRAINING_INSTANCE_TYPE,
        JobKind::Processing => PROCESSING_INSTANCE_TYPE,
    };
    let keep_alive =
        settings.keep_alive_period_in_seconds.unwrap_or(KeepAlive::Seconds(KEEP_ALIVE_PERIOD_IN_SECONDS));
    let outputs = data::outputs(&settings);
    PlannedStep {
        name: step.name.clone(),
        step_name: context.step_names[position].clone(),
        description: step.description.as_deref().and_then(one_line),
        kind,
        instance_type: settings.instance_type.clone().unwrap_or_else(|| default_instance_type.to_owned()),
        instance_count: 1,
        volume_size_in_gb: settings.volume_size_in_gb.unwrap_or(VOLUME_SIZE_IN_GB),
        max_runtime_in_seconds: settings.max_runtime_in_seconds.unwrap_or(MAX_RUNTIME_IN_SECONDS),
        keep_alive_period_in_seconds: match kind {
            JobKind::Training => keep_alive.seconds(),
            JobKind::Processing => None,
        },
        image: target.image.clone(),
        role_arn: settings.execution_role.clone().unwrap_or_else(|| target.role_arn.clone()),
        depends_on: checked
            .dependencies(position)
            .iter()
            .map(|dependency| pipeline.steps[*dependency].name.clone())
            .collect(),
        arguments: data::arguments(&step.name, kind, &outputs),
        environment: environment::of_step(context, step, &settings),
        inputs: data::inputs(&settings),
        outputs,
        tags: settings.tags,
        job_output_uri: format!("{}/jobs", target.store_uri.trim_end_matches('/')),
    }
}
