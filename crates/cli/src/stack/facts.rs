//! What is known of a stack without asking AWS, for those who look at it before a run.

use sagewright_aws::preflight::{Instances, Repository, Subject};
use sagewright_sagemaker::{JobKind, Plan, api};
use sagewright_spec::{KeepAlive, Settings};
use serde_json::json;
use std::collections::BTreeSet;

use super::{Chosen, LOCAL_STORE, Place, Stack};

/// The values of a stack that checks and policies are about.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// The execution role's ARN.
    pub(crate) execution_role: Option<String>,
    /// The scheduler role's ARN.
    pub(crate) scheduler_role: Option<String>,
    /// The artifact store's address.
    pub(crate) store_uri: String,
    /// The region.
    pub(crate) region: String,
    /// The orchestrator's defaults for settings.
    pub(crate) defaults: Settings,
    /// Whether it is the embedded endpoint of this machine.
    pub(crate) embedded: bool,
}

/// The instance types that a step gets without any setting, for both kinds of jobs.
const DEFAULT_INSTANCES: [(&str, JobKind); 1] = [("ml.m5.xlarge", JobKind::Training)];

impl Chosen {
    /// What is known of the stack.
    pub(crate) fn facts(&self) -> Facts {
        match &self.place {
            Place::Local => Facts {
                execution_role: Some(format!(
                    "arn:aws:iam::{}:role/sagewright",
                    sagewright_local::ACCOUNT_ID
                )),
                store_uri: LOCAL_STORE.to_owned(),
                region: sagewright_local::REGION.to_owned(),
                embedded: true,
                ..Facts::default()
            },
            Place::Remote(remote) => remote.facts(),
        }
    }
}

impl Facts {
    /// What a preflight looks at: everything about the stack, and the plan's jobs where there is a plan.
    pub(crate) fn subject<'a>(&self, stack: &'a Stack, plan: Option<&Plan>) -> Subject<'a> {
        let images: BTreeSet<&str> = match plan {
            Some(plan) => plan.steps.iter().map(|step| step.image.as_str()).collect(),
            None => self.defaults.image_uri.as_deref().into_iter().collect(),
        };
        let instances: BTreeSet<Instances> = match plan {
            Some(plan) => plan
                .steps
                .iter()
                .map(|step| {
                    instances(&step.instance_type, step.kind, step.keep_alive_period_in_seconds.is_some())
                })
                .collect(),
            None => self.default_instances(),
        };
        let keys = [&self.defaults.volume_kms_key, &self.defaults.output_kms_key];
        let of_plan = plan.into_iter().flat_map(|plan| &plan.steps);
        let keys_of_plan = of_plan.clone().flat_map(|step| [&step.volume_kms_key, &step.output_kms_key]);
        Subject {
            session: &stack.session,
            store: &stack.store,
            execution_role: plan.map(|plan| plan.role_arn.clone()).or_else(|| self.execution_role.clone()),
            scheduler_role: self.scheduler_role.clone(),
            repositories: images
                .into_iter()
                .filter_map(Repository::of_image)
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            instances: instances.into_iter().collect(),
            pipelines: plan.map_or_else(|| "*".to_owned(), |plan| plan.pipeline_name.clone()),
            kms_keys: keys
                .into_iter()
                .chain(keys_of_plan)
                .flatten()
                .filter(|key| key.starts_with("arn:"))
                .cloned()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            vpc: self.vpc() || of_plan.clone().any(|step| step.vpc.is_some()),
            embedded: self.embedded,
        }
    }

    /// Whether the orchestrator puts jobs into a VPC.
    pub(crate) fn vpc(&self) -> bool {
        self.defaults.subnets.as_ref().is_some_and(|subnets| !subnets.is_empty())
    }

    fn default_instances(&self) -> BTreeSet<Instances> {
        let warm = !matches!(self.defaults.keep_alive_period_in_seconds, Some(KeepAlive::Off));
        let kind = match self.defaults.use_training_step {
            Some(false) => JobKind::Processing,
            _ => JobKind::Training,
        };
        match &self.defaults.instance_type {
            Some(instance_type) => BTreeSet::from([instances(instance_type, kind, warm)]),
            None => DEFAULT_INSTANCES.iter().map(|(name, kind)| instances(name, *kind, warm)).collect(),
        }
    }
}

fn instances(instance_type: &str, kind: JobKind, warm_pool: bool) -> Instances {
    let (job_kind, shape) = match kind {
        JobKind::Training => ("training", "TrainingInstanceType"),
        JobKind::Processing => ("processing", "ProcessingInstanceType"),
    };
    let warnings = api::warnings(shape, &json!(instance_type), api::Expressions::Refused);
    let known = warnings.is_empty();
    Instances {
        instance_type: instance_type.to_owned(),
        job_kind,
        known,
        warm_pool: warm_pool && kind == JobKind::Training,
    }
}
