//! One step: merged settings, defaults, and what its container is told.

use sagewright_spec::{CheckedPipeline, Step};

use super::levels::Inherited;
use super::report::Report;
use super::{
    JobKind, PlannedStep, Target, data, environment, kind, network, one_line, overrides, retries, spot,
};
use crate::instances;

/// Instance type of a training job when no settings name one.
const TRAINING_INSTANCE_TYPE: &str = "ml.m5.xlarge";
/// Instance type of a processing job when no settings name one.
const PROCESSING_INSTANCE_TYPE: &str = "ml.t3.medium";
/// Size of the volume in gigabytes.
const VOLUME_SIZE_IN_GB: i64 = 30;
/// Longest runtime in seconds: one day.
const MAX_RUNTIME_IN_SECONDS: i64 = 86_400;

/// What all steps of a pipeline share.
pub(super) struct Context<'a> {
    pub(super) checked: &'a CheckedPipeline,
    pub(super) target: &'a Target,
    /// Settings of component and pipeline.
    pub(super) inherited: Inherited<'a>,
    /// Hash of the spec.
    pub(super) spec: &'a str,
    /// Names in SageMaker, by position in the document.
    pub(super) step_names: &'a [String],
}

/// Plans the step at `position` in the document.
pub(super) fn plan(context: &Context, position: usize, report: &mut Report) -> PlannedStep {
    let (checked, target) = (context.checked, context.target);
    let pipeline = checked.pipeline();
    let step: &Step = &pipeline.steps[position];
    let kind = kind::decide(&context.inherited.levels(&step.settings), step, report);
    let mut settings = context.inherited.merge(kind, &step.settings);
    let job_overrides = overrides::of_settings(&settings, kind);
    overrides::adopt(&mut settings, kind, &job_overrides);
    let default_instance_type = match kind {
        JobKind::Training => TRAINING_INSTANCE_TYPE,
        JobKind::Processing => PROCESSING_INSTANCE_TYPE,
    };
    let instance_type = settings.instance_type.clone().unwrap_or_else(|| default_instance_type.to_owned());
    let max_runtime_in_seconds = settings.max_runtime_in_seconds.unwrap_or(MAX_RUNTIME_IN_SECONDS);
    let outputs = data::outputs(&settings);
    PlannedStep {
        name: step.name.clone(),
        step_name: context.step_names[position].clone(),
        description: step.description.as_deref().and_then(one_line),
        kind,
        has_gpu: instances::has_gpu(&instance_type),
        instance_type,
        instance_count: settings.instance_count.unwrap_or(1),
        volume_size_in_gb: settings.volume_size_in_gb.unwrap_or(VOLUME_SIZE_IN_GB),
        max_runtime_in_seconds,
        keep_alive_period_in_seconds: spot::keep_alive(&settings, kind, step, report),
        spot: spot::spot(&settings, kind, max_runtime_in_seconds, step, report),
        checkpoints: spot::checkpoints(&settings, kind, step, report),
        image: settings.image_uri.clone().unwrap_or_else(|| target.image.clone()),
        role_arn: settings.execution_role.clone().unwrap_or_else(|| target.role_arn.clone()),
        base_job_name: settings.base_job_name.clone(),
        volume_kms_key: settings.volume_kms_key.clone(),
        output_kms_key: settings.output_kms_key.clone(),
        vpc: network::vpc(&settings, step, report),
        encrypt_inter_container_traffic: settings.encrypt_inter_container_traffic,
        retry_policies: retries::policies(&settings),
        depends_on: checked
            .dependencies(position)
            .iter()
            .map(|dependency| pipeline.steps[*dependency].name.clone())
            .collect(),
        arguments: data::arguments(&step.name, kind, &settings, &outputs),
        environment: environment::of_step(context, step, kind, &settings, max_runtime_in_seconds),
        inputs: data::inputs(&settings),
        outputs,
        request_arguments: overrides::of_arguments(&settings, kind),
        job_overrides,
        tags: settings.tags,
        job_output_uri: format!("{}/jobs", target.store_uri.trim_end_matches('/')),
    }
}
