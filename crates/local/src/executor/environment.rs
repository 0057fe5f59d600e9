//! The environment of a job: what the platform sets, then the request's own.

use std::collections::BTreeMap;
use std::path::Path;

use super::Settings;
use super::plan::Plan;
use crate::connection::REGION;
use crate::engine::{JobKind, JobOrder};

/// Variables that jobs take over from the endpoint.
pub(super) const INHERITED: [&str; 4] = ["PATH", "HOME", "LANG", "TZ"];
/// Names the folder that holds what `/opt/ml` would, where that cannot be had.
const ML_ROOT_VARIABLE: &str = "SAGEWRIGHT_ML_ROOT";

/// The variables of a job on one host.
pub(super) fn environment(
    order: &JobOrder,
    plan: &Plan,
    settings: &Settings,
    ml_root: Option<&Path>,
) -> BTreeMap<String, String> {
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    let mut set = |name: &str, value: &str| variables.insert(name.to_owned(), value.to_owned());
    if order.kind == JobKind::Training {
        set("TRAINING_JOB_NAME", &order.name);
        set("TRAINING_JOB_ARN", &order.arn);
    }
    set("AWS_REGION", REGION);
    set("AWS_DEFAULT_REGION", REGION);
    set("AWS_ENDPOINT_URL", &settings.endpoint_url);
    set("AWS_ACCESS_KEY_ID", &settings.credentials.access_key_id);
    set("AWS_SECRET_ACCESS_KEY", &settings.credentials.secret_access_key);
    if let Some(root) = ml_root {
        set(ML_ROOT_VARIABLE, &root.to_string_lossy());
    }
    variables.extend(plan.environment.clone());
    variables
}
