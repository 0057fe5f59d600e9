//! The VPC of a job.

use sagewright_spec::{Code, Diagnostic, Settings, Step};
use serde::Serialize;

use super::report::Report;

/// Where in a VPC a job runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedVpc {
    /// Ids of its subnets.
    pub subnets: Vec<String>,
    /// Ids of its security groups.
    pub security_group_ids: Vec<String>,
}

/// Returns the VPC, if the job has one; subnets and security groups belong together.
pub(super) fn vpc(settings: &Settings, step: &Step, report: &mut Report) -> Option<PlannedVpc> {
    let (given, missing, own) = match (&settings.subnets, &settings.security_group_ids) {
        (Some(subnets), Some(groups)) => {
            return Some(PlannedVpc { subnets: subnets.clone(), security_group_ids: groups.clone() });
        }
        (Some(_), None) => ("subnets", "security_group_ids", step.settings.subnets.is_some()),
        (None, Some(_)) => ("security_group_ids", "subnets", step.settings.security_group_ids.is_some()),
        (None, None) => return None,
    };
    let own = own || !step.settings.estimator_args.is_empty() || !step.settings.processor_args.is_empty();
    let problem = Diagnostic::new(Code::InvalidNetwork, format!("`{given}` is given without `{missing}`"))
        .field(format!("settings.{given}"))
        .hint("a job in a VPC needs both; they may come from different levels");
    report.add(step, own, problem);
    None
}
