//! One step of a definition.

use serde_json::{Map, Value};

use super::condition::{self, Condition};
use super::expression::Expression;
use super::job;
use super::policy::{self, CacheConfig, PropertyFile, RetryPolicy};
use super::reader::Reader;

/// A step, wherever in the document it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its name, unique in the document.
    pub name: String,
    /// What it does.
    pub kind: StepKind,
    /// `DisplayName`
    pub display_name: Option<String>,
    /// `Description`
    pub description: Option<String>,
    /// The Condition step in whose branch it stands.
    pub gate: Option<Gate>,
    /// The steps it waits for: those in `DependsOn` and those its expressions refer to; each at most once. Not the
    /// gate.
    pub edges: Vec<Edge>,
    /// Whether and how an earlier result may stand for it.
    pub cache: Option<CacheConfig>,
    /// Which failures are retried.
    pub retries: Vec<RetryPolicy>,
    /// Files that expressions can read.
    pub property_files: Vec<PropertyFile>,
    /// The path of the step in the document.
    pub place: String,
    /// `DependsOn` as written.
    pub(super) depends_on: Vec<(String, Trigger)>,
    /// All expressions in the step, those inside others included.
    pub(super) expressions: Vec<Expression>,
}

/// The kinds of steps this endpoint runs.
#[derive(Debug, Clone, PartialEq)]
pub enum StepKind {
    /// A Training or Processing step and its `Arguments`, expressions and all.
    Job {
        /// Which of them.
        kind: JobKind,
        /// The request of the matching Create operation, without the name.
        arguments: Value,
    },
    /// A Condition step: all its conditions together decide.
    Condition {
        /// The conditions.
        conditions: Vec<Condition>,
    },
    /// A Fail step.
    Fail {
        /// Its message.
        message: Expression,
    },
}

/// The kinds of jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// `CreateTrainingJob`
    Training,
    /// `CreateProcessingJob`
    Processing,
}

impl JobKind {
    /// The shape of the Create request and the member that holds the job's name.
    pub fn request_shape(self) -> (&'static str, &'static str) {
        match self {
            Self::Training => ("CreateTrainingJobRequest", "TrainingJobName"),
            Self::Processing => ("CreateProcessingJobRequest", "ProcessingJobName"),
        }
    }

    /// The shape of the Describe response.
    pub fn response_shape(self) -> &'static str {
        match self {
            Self::Training => "DescribeTrainingJobResponse",
            Self::Processing => "DescribeProcessingJobResponse",
        }
    }
}

/// The branch a step stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    /// The Condition step, as an index into the document's steps.
    pub condition: usize,
    /// Which of its branches.
    pub branch: Branch,
}

/// The branches of a Condition step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branch {
    /// `IfSteps`: the conditions hold.
    If,
    /// `ElseSteps`: they do not.
    Else,
}

/// A step that another waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Index of the step waited for.
    pub from: usize,
    /// What of it is waited for.
    pub trigger: Trigger,
}

/// What a step waits for in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// Its success.
    Succeeded,
    /// Its failure.
    Failed,
    /// That it was stopped.
    Stopped,
    /// Its end, whatever that is.
    Any,
}

const COMMON: &[&str] = &["Name", "Type", "Arguments", "DependsOn", "DisplayName", "Description"];
const TRAINING: &[&str] = &["CacheConfig", "RetryPolicies"];
const PROCESSING: &[&str] = &["CacheConfig", "RetryPolicies", "PropertyFiles"];
/// Step types that SageMaker knows and this endpoint does not run.
const UNSUPPORTED: &[&str] = &[
    "Model",
    "RegisterModel",
    "Transform",
    "Callback",
    "Tuning",
    "Lambda",
    "QualityCheck",
    "ClarifyCheck",
    "EMR",
    "EMRServerless",
    "AutoML",
    "EndpointConfig",
    "Endpoint",
    "InferenceComponent",
    "Lineage",
    "Job",
    "Cleanup",
    "ForEach",
    "Athena",
    "HubContent",
];

/// Reads a list of steps, and after each Condition step those of its branches.
pub(super) fn read_all(
    reader: &mut Reader,
    place: &str,
    value: &Value,
    gate: Option<Gate>,
    steps: &mut Vec<Step>,
) {
    for (index, entry) in reader.list(place, value).iter().enumerate() {
        let place = format!("{place}[{index}]");
        let Some(object) = reader.object(&place, entry) else { continue };
        let Some(step) = read(reader, &place, object, gate) else { continue };
        let is_condition = matches!(step.kind, StepKind::Condition { .. });
        let condition = steps.len();
        steps.push(step);
        if !is_condition {
            continue;
        }
        if gate.is_some() {
            reader.problem(&place, "A Condition step can not stand in a branch of another");
            continue;
        }
        for (key, branch) in [("IfSteps", Branch::If), ("ElseSteps", Branch::Else)] {
            if let Some(inner) = object.get("Arguments").and_then(|arguments| arguments.get(key)) {
                let place = format!("{place}.Arguments.{key}");
                read_all(reader, &place, inner, Some(Gate { condition, branch }), steps);
            }
        }
    }
}

fn read(reader: &mut Reader, place: &str, object: &Map<String, Value>, gate: Option<Gate>) -> Option<Step> {
    let name = reader.name(place, object, "Name");
    let kind_name = reader.text(place, object, "Type");
    let (name, kind_name) = (name?, kind_name?);
    let place = format!("{place} ('{name}')");
    let place = place.as_str();
    let extra: &[&str] = match kind_name {
        "Training" => TRAINING,
        "Processing" => PROCESSING,
        "Condition" | "Fail" => &[],
        known if UNSUPPORTED.contains(&known) => {
            reader.problem(place, format!("Step type '{known}' is not supported by this endpoint"));
            return None;
        }
        other => {
            reader.problem(place, format!("Unknown step type '{other}'"));
            return None;
        }
    };
    reader.known_keys(place, object, &[COMMON, extra].concat());
    let arguments_place = format!("{place}.Arguments");
    let arguments = reader.object(&arguments_place, object.get("Arguments").unwrap_or(&Value::Null))?;
    let mut expressions = Vec::new();
    let kind = match kind_name {
        "Training" => job_kind(reader, &arguments_place, JobKind::Training, arguments, &mut expressions),
        "Processing" => job_kind(reader, &arguments_place, JobKind::Processing, arguments, &mut expressions),
        "Condition" => condition_kind(reader, &arguments_place, arguments, &mut expressions),
        _ => fail_kind(reader, &arguments_place, arguments, &mut expressions)?,
    };
    let depends_on = object.get("DependsOn").filter(|value| !value.is_null());
    Some(Step {
        kind,
        display_name: limited(reader, place, object, "DisplayName", 256),
        description: limited(reader, place, object, "Description", 3072),
        gate,
        edges: Vec::new(),
        cache: optional(object, "CacheConfig")
            .and_then(|value| policy::read_cache(reader, &format!("{place}.CacheConfig"), value)),
        retries: optional(object, "RetryPolicies")
            .map(|value| policy::read_retries(reader, &format!("{place}.RetryPolicies"), value))
            .unwrap_or_default(),
        property_files: optional(object, "PropertyFiles")
            .map(|value| {
                policy::read_property_files(reader, &format!("{place}.PropertyFiles"), value, arguments)
            })
            .unwrap_or_default(),
        place: place.to_owned(),
        depends_on: depends_on.map(|value| read_depends_on(reader, place, value)).unwrap_or_default(),
        expressions,
        name,
    })
}

fn optional<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    object.get(key).filter(|value| !value.is_null())
}

fn limited(
    reader: &mut Reader,
    place: &str,
    object: &Map<String, Value>,
    key: &str,
    characters: usize,
) -> Option<String> {
    let text = reader.optional_text(place, object, key)?;
    if text.chars().count() > characters {
        reader.problem(place, format!("{key} must have at most {characters} characters"));
    }
    Some(text.to_owned())
}

fn job_kind(
    reader: &mut Reader,
    place: &str,
    kind: JobKind,
    arguments: &Map<String, Value>,
    expressions: &mut Vec<Expression>,
) -> StepKind {
    job::check(reader, place, kind, arguments);
    let arguments = Value::Object(arguments.clone());
    for expression in job::expressions(reader, place, &arguments) {
        expression.visit(&mut |inner| expressions.push(inner.clone()));
    }
    StepKind::Job { kind, arguments }
}

fn condition_kind(
    reader: &mut Reader,
    place: &str,
    arguments: &Map<String, Value>,
    expressions: &mut Vec<Expression>,
) -> StepKind {
    reader.known_keys(place, arguments, &["Conditions", "IfSteps", "ElseSteps"]);
    let conditions = arguments.get("Conditions").unwrap_or(&Value::Null);
    let conditions = condition::read_all(reader, &format!("{place}.Conditions"), conditions);
    for condition in &conditions {
        condition.visit(&mut |inner| expressions.push(inner.clone()));
    }
    StepKind::Condition { conditions }
}

fn fail_kind(
    reader: &mut Reader,
    place: &str,
    arguments: &Map<String, Value>,
    expressions: &mut Vec<Expression>,
) -> Option<StepKind> {
    reader.known_keys(place, arguments, &["ErrorMessage"]);
    let message = match Expression::parse(arguments.get("ErrorMessage").unwrap_or(&Value::Null)) {
        Ok(Expression::Literal(Value::Null)) => {
            reader.problem(place, "Missing key 'ErrorMessage'");
            return None;
        }
        Ok(message) => message,
        Err(error) => {
            reader.problem(place, error);
            return None;
        }
    };
    message.visit(&mut |inner| expressions.push(inner.clone()));
    Some(StepKind::Fail { message })
}

fn read_depends_on(reader: &mut Reader, place: &str, value: &Value) -> Vec<(String, Trigger)> {
    let place = format!("{place}.DependsOn");
    let mut found = Vec::new();
    for entry in reader.list(&place, value) {
        match entry {
            Value::String(step) => found.push((step.clone(), Trigger::Succeeded)),
            Value::Object(object) => {
                reader.known_keys(&place, object, &["Step", "Trigger"]);
                let step = reader.text(&place, object, "Step");
                let trigger = match reader.text(&place, object, "Trigger") {
                    Some("Failed") => Some(Trigger::Failed),
                    Some("Stopped") => Some(Trigger::Stopped),
                    Some("Any") => Some(Trigger::Any),
                    Some(other) => {
                        reader.problem(&place, format!("Unknown trigger '{other}'"));
                        None
                    }
                    None => None,
                };
                if let (Some(step), Some(trigger)) = (step, trigger) {
                    found.push((step.to_owned(), trigger));
                }
            }
            _ => reader.problem(&place, "Expected step names"),
        }
    }
    found
}
