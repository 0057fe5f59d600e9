//! What goes into the request as it is: arguments of the SDK that have no setting, and `job_overrides`.

use sagewright_spec::arguments::{ArgumentsOf, Meaning};
use sagewright_spec::{Code, Diagnostic, KeepAlive, Settings, Step, apply_patch};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

use super::report::Report;
use super::{JobKind, PlannedStep};
use crate::api::{self, Expressions};
use crate::{definition, lower};

/// Returns the patch that the arguments for a training job stand for.
pub(super) fn of_arguments(settings: &Settings, kind: JobKind) -> Map<String, Value> {
    let mut members = Value::Object(Map::new());
    if kind == JobKind::Training {
        for (name, value) in &settings.estimator_args {
            let Some(Meaning::Request(path)) =
                ArgumentsOf::Estimator.find(name).map(|argument| argument.meaning)
            else {
                continue;
            };
            let Some(value) = member(name, value) else { continue };
            let nested = path.rsplit('.').fold(value, |inner, part| json!({part: inner}));
            apply_patch(&mut members, &nested);
        }
    }
    object(members)
}

/// Returns the value that the request has for an argument; nothing when the argument says nothing.
fn member(name: &str, value: &Value) -> Option<Value> {
    match (name, value) {
        // False is the SDK's way to say that it is to add no debugger, and nothing adds one here.
        (_, Value::Null) | ("debugger_hook_config", Value::Bool(false)) => None,
        ("disable_output_compression", Value::Bool(disable)) => {
            Some(json!(if *disable { "NONE" } else { "GZIP" }))
        }
        ("hyperparameters", Value::Object(entries)) => {
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Some(entries.iter().map(|(name, value)| (name.clone(), json!(text(value)))).collect())
        }
        _ => Some(value.clone()),
    }
}

/// Returns the overrides for this kind of job; what only the other kind has was reported, or is a default for
/// other steps.
pub(super) fn of_settings(settings: &Settings, kind: JobKind) -> Map<String, Value> {
    let other = match kind {
        JobKind::Training => JobKind::Processing,
        JobKind::Processing => JobKind::Training,
    };
    let foreign: Vec<&str> = only_of(other, &settings.job_overrides).collect();
    let own = settings.job_overrides.iter().filter(|(key, _)| !foreign.contains(&key.as_str()));
    own.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Returns the members that only the request of this kind of job has.
pub(super) fn only_of(kind: JobKind, overrides: &BTreeMap<String, Value>) -> impl Iterator<Item = &str> {
    let has = |kind: JobKind, key: &str| {
        let service = api::model().service("sagemaker");
        let shape = service.and_then(|service| service.shape(request_shape(kind).0));
        shape.is_some_and(|shape| shape.members.contains_key(key))
    };
    let other = match kind {
        JobKind::Training => JobKind::Processing,
        JobKind::Processing => JobKind::Training,
    };
    overrides.keys().map(String::as_str).filter(move |key| has(kind, key) && !has(other, key))
}

/// Takes over what overrides say about things that are planned, so that the plan tells the truth and limits are
/// checked.
pub(super) fn adopt(settings: &mut Settings, kind: JobKind, overrides: &Map<String, Value>) {
    if overrides.is_empty() {
        return;
    }
    let (resources, image) = match kind {
        JobKind::Training => (&["ResourceConfig"][..], ["AlgorithmSpecification", "TrainingImage"]),
        JobKind::Processing => {
            (&["ProcessingResources", "ClusterConfig"][..], ["AppSpecification", "ImageUri"])
        }
    };
    let find = |path: &[&str]| {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(overrides.get(*first)?, |value, part| value.get(part))
    };
    let resource = |name: &str| find(&[resources, &[name]].concat());
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let number = |value: Option<&Value>| value.and_then(Value::as_i64);
    let later = Settings {
        instance_type: text(resource("InstanceType")),
        instance_count: number(resource("InstanceCount")),
        volume_size_in_gb: number(resource("VolumeSizeInGB")),
        keep_alive_period_in_seconds: number(resource("KeepAlivePeriodInSeconds")).map(KeepAlive::Seconds),
        max_runtime_in_seconds: number(find(&["StoppingCondition", "MaxRuntimeInSeconds"])),
        max_wait_in_seconds: number(find(&["StoppingCondition", "MaxWaitTimeInSeconds"])),
        use_spot_instances: find(&["EnableManagedSpotTraining"]).and_then(Value::as_bool),
        image_uri: text(find(&image)),
        execution_role: text(find(&["RoleArn"])),
        base_job_name: text(find(&[request_shape(kind).1])),
        ..Settings::default()
    };
    *settings = settings.merge(&later);
}

/// Checks what goes into the request as it is.
pub(super) fn check(planned: &PlannedStep, step: &Step, report: &mut Report) {
    if planned.request_arguments.is_empty() && planned.job_overrides.is_empty() {
        return;
    }
    let before = lower::request_without_overrides(planned);
    let known = faults(planned.kind, &before);
    let own = !step.settings.estimator_args.is_empty();
    for fault in &known {
        let problem = Diagnostic::new(Code::InvalidRequest, fault).field("settings.estimator_args");
        report.add(step, own, problem.hint("`sagewright plan --definition` prints requests that pass"));
    }
    if planned.job_overrides.is_empty() {
        return;
    }
    let after = lower::request(planned);
    let own = !step.settings.job_overrides.is_empty();
    let field = "settings.job_overrides";
    for fault in faults(planned.kind, &after).into_iter().filter(|fault| !known.contains(fault)) {
        let problem = Diagnostic::new(Code::InvalidRequest, fault).field(field);
        report.add(
            step,
            own,
            problem.hint("the API reference of the job's Create operation says what is possible"),
        );
    }
    for what in replaced(planned.kind, &before, &after) {
        let message = format!("`job_overrides` replaces {what}");
        let problem = Diagnostic::new(Code::ReservedRequest, message).field(field);
        report.add(
            step,
            own,
            problem.hint("write what is to run as a step; variables go into `environment`"),
        );
    }
    let isolated =
        [after.get("EnableNetworkIsolation"), after["NetworkConfig"].get("EnableNetworkIsolation")];
    if isolated.contains(&Some(&Value::Bool(true))) {
        let message = "a step cannot run without a network: it fetches its code and its inputs from S3";
        let problem = Diagnostic::new(Code::NetworkIsolation, message).field(field);
        report.add(
            step,
            own,
            problem.hint("give `subnets` without a way to the internet and with an endpoint for S3"),
        );
    }
}

/// Returns what the API says against a request.
fn faults(kind: JobKind, request: &Value) -> Vec<String> {
    let (shape, name) = request_shape(kind);
    let mut request = request.clone();
    if request.get(name).is_none_or(Value::is_null) {
        request[name] = json!("name");
    }
    let problems = api::validate_shape(shape, &request, Expressions::Allowed).err().unwrap_or_default();
    problems.into_iter().map(|problem| problem.text).collect()
}

/// Returns what a step needs and the overrides took away.
fn replaced(kind: JobKind, before: &Value, after: &Value) -> Vec<&'static str> {
    let specification = match kind {
        JobKind::Training => "AlgorithmSpecification",
        JobKind::Processing => "AppSpecification",
    };
    let mut found = Vec::new();
    for (member, what) in [
        ("ContainerEntrypoint", "the entry point of the job, which is Sagewright's supervisor"),
        ("ContainerArguments", "the arguments of the job, which name the step"),
    ] {
        if before[specification][member] != after[specification][member] {
            found.push(what);
        }
    }
    let own = |request: &Value| -> Vec<(String, Value)> {
        let variables = request["Environment"].as_object().into_iter().flatten();
        let own = variables.filter(|(name, _)| name.starts_with("SAGEWRIGHT_"));
        own.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    if own(before) != own(after) {
        found.push("Sagewright's own environment variables");
    }
    found
}

/// Returns the shape of the request for this kind of job and the member that holds the job's name.
pub(super) fn request_shape(kind: JobKind) -> (&'static str, &'static str) {
    match kind {
        JobKind::Training => definition::JobKind::Training.request_shape(),
        JobKind::Processing => definition::JobKind::Processing.request_shape(),
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
