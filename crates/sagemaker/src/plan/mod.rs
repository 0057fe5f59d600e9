//! `plan`: what each step of a checked pipeline becomes on a stack.
//!
//! Settings of all levels are merged here, defaults filled in, names made to fit, and everything measured
//! against the limits of the job that a step becomes. A [`Plan`] that was made lowers without any further question.

mod data;
mod environment;
mod kind;
mod levels;
mod limits;
mod network;
mod overrides;
mod report;
mod retries;
mod spot;
mod step;
mod tags;

use sagewright_spec::{CheckedPipeline, Diagnostic, ParameterType, RetryPolicy, Settings};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

use crate::names;

pub use data::{PlannedInput, PlannedOutput};
pub use environment::EnvironmentValue;
pub use limits::check_values;
pub use network::PlannedVpc;
pub use spot::{PlannedCheckpoints, PlannedSpot};

/// Tag of the pipeline that keeps the user's own name of it.
pub const PIPELINE_TAG: &str = "sagewright:pipeline";

/// What a pipeline is planned for: a stack, as far as jobs see it.
#[derive(Clone, Debug)]
pub struct Target {
    /// The artifact store, such as `s3://bucket/prefix`, without a slash at the end.
    pub store_uri: String,
    /// Hash of the user's packed code; nothing when the image or the machine has the code already.
    pub code: Option<String>,
    /// The image that the jobs run.
    pub image: String,
    /// ARN of the role that pipeline and jobs run as when no settings name another.
    pub role_arn: String,
    /// Folder that goes first on the jobs' `PATH`; for jobs on this machine only.
    pub command_path: Option<String>,
    /// Settings of the stack's component, the first of the three levels.
    pub defaults: Settings,
    /// The AWS account.
    pub account_id: String,
    /// The AWS region.
    pub region: String,
    /// Name of the pipeline in SageMaker; by default it is made from the user's own.
    pub pipeline_name: Option<String>,
}

/// What will be submitted, with the user's own names next to SageMaker's.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// Name of the pipeline in SageMaker.
    pub pipeline_name: String,
    /// The user's own name of the pipeline.
    pub display_name: String,
    /// What the pipeline is for, in one line.
    pub description: Option<String>,
    /// ARN of the role that the pipeline runs as.
    pub role_arn: String,
    /// Tags of the pipeline; SageMaker hands them on to every job.
    pub pipeline_tags: BTreeMap<String, String>,
    /// Most steps of one run that may run at the same time; nothing means no limit.
    pub max_parallel_steps: Option<i64>,
    /// Parameters, in the order of the document.
    pub parameters: Vec<PlannedParameter>,
    /// Steps, in an order in which they can run.
    pub steps: Vec<PlannedStep>,
}

/// A parameter of the pipeline in SageMaker.
#[derive(Clone, Debug, Serialize)]
pub struct PlannedParameter {
    /// The user's own name, which fits.
    pub name: String,
    /// Type of its values.
    #[serde(rename = "type")]
    pub kind: ParameterType,
    /// Value when a run sets none.
    pub default: Option<Value>,
}

/// One step and the job that it becomes.
#[derive(Clone, Debug, Serialize)]
pub struct PlannedStep {
    /// The user's own name.
    pub name: String,
    /// Name in SageMaker.
    pub step_name: String,
    /// What the step does, in one line.
    pub description: Option<String>,
    /// The kind of job.
    pub kind: JobKind,
    /// Instance type.
    pub instance_type: String,
    /// Whether instances of that type have a GPU, so that the image needs CUDA.
    pub has_gpu: bool,
    /// Number of instances.
    pub instance_count: i64,
    /// Size of the job's volume in gigabytes.
    pub volume_size_in_gb: i64,
    /// Longest time the job may run, in seconds.
    pub max_runtime_in_seconds: i64,
    /// How long the instance is kept warm afterwards, in seconds; training jobs only.
    pub keep_alive_period_in_seconds: Option<i64>,
    /// How the job uses spare capacity; training jobs only.
    pub spot: Option<PlannedSpot>,
    /// Where the job's checkpoints are kept; training jobs only.
    pub checkpoints: Option<PlannedCheckpoints>,
    /// The image that the job runs.
    pub image: String,
    /// ARN of the role that the job runs as.
    pub role_arn: String,
    /// What the job's name begins with; nothing leaves the name to the service.
    pub base_job_name: Option<String>,
    /// Key that the job's volume is encrypted with.
    pub volume_kms_key: Option<String>,
    /// Key that SageMaker encrypts the job's outputs with.
    pub output_kms_key: Option<String>,
    /// Where in a VPC the job runs.
    pub vpc: Option<PlannedVpc>,
    /// Whether traffic between the job's instances is encrypted; nothing leaves it to the service.
    pub encrypt_inter_container_traffic: Option<bool>,
    /// When the service starts the job again by itself.
    pub retry_policies: Vec<RetryPolicy>,
    /// The user's own names of the steps it waits for, in the order of the document, each once.
    pub depends_on: Vec<String>,
    /// Arguments of the container.
    pub arguments: Vec<String>,
    /// Environment variables, in the order they are written.
    pub environment: Vec<(String, EnvironmentValue)>,
    /// What the SDK's arguments add to the request, as a merge patch.
    pub request_arguments: Map<String, Value>,
    /// What the user changes in the request, as a merge patch that is applied last.
    pub job_overrides: Map<String, Value>,
    /// Tags of the job.
    pub tags: BTreeMap<String, String>,
    /// Data that is brought to the job.
    pub inputs: Vec<PlannedInput>,
    /// Data that is taken from the job; of a training job the supervisor takes it, not SageMaker.
    pub outputs: Vec<PlannedOutput>,
    /// Where SageMaker puts what it takes from training jobs by itself.
    pub job_output_uri: String,
}

/// The kind of job that a step becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum JobKind {
    /// A training job; instances can be kept warm.
    Training,
    /// A processing job.
    Processing,
}

impl JobKind {
    /// Returns SageMaker's name of the kind, which is also the type of the step.
    pub fn as_str(self) -> &'static str {
        match self {
            JobKind::Training => "Training",
            JobKind::Processing => "Processing",
        }
    }
}

/// Plans a pipeline for a target, or says everything that does not fit.
pub fn plan(checked: &CheckedPipeline, target: &Target) -> Result<Plan, Vec<Diagnostic>> {
    let pipeline = checked.pipeline();
    let settings = target.defaults.merge(&pipeline.settings);
    let spec = pipeline.hash();
    let step_names = names::step_names(pipeline.steps.iter().map(|step| step.name.as_str()));
    let mut report = report::Report::new(pipeline, sagewright_spec::check_settings(&target.defaults));
    let inherited = levels::Inherited::new(&target.defaults, &pipeline.settings);
    let context = step::Context { checked, target, inherited, spec: &spec, step_names: &step_names };
    let steps: Vec<PlannedStep> =
        checked.order().iter().map(|position| step::plan(&context, *position, &mut report)).collect();
    let plan = Plan {
        pipeline_name: target.pipeline_name.clone().unwrap_or_else(|| names::pipeline_name(&pipeline.name)),
        display_name: pipeline.name.clone(),
        description: pipeline.description.as_deref().and_then(one_line),
        role_arn: settings.execution_role.clone().unwrap_or_else(|| target.role_arn.clone()),
        pipeline_tags: tags::of_pipeline(pipeline, &settings),
        max_parallel_steps: settings.max_parallel_steps,
        parameters: pipeline.parameters.iter().map(PlannedParameter::new).collect(),
        steps,
    };
    limits::check(&plan, checked, target, &mut report);
    let found = report.finish();
    if found.is_empty() { Ok(plan) } else { Err(found) }
}

impl PlannedParameter {
    fn new(parameter: &sagewright_spec::Parameter) -> Self {
        let default = parameter.default.as_ref().and_then(|default| parameter.kind.accept(default));
        PlannedParameter { name: parameter.name.clone(), kind: parameter.kind, default }
    }
}

/// Makes one line of a description, as SageMaker wants it, and cuts it where it is too long; nothing is left
/// of one without words.
fn one_line(text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let limit = crate::limits::DESCRIPTION_LENGTH;
    let line = if line.chars().count() > limit {
        line.chars().take(limit - 1).chain(['…']).collect()
    } else {
        line
    };
    (!line.is_empty()).then_some(line)
}
