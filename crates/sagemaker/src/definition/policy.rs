//! What a step says beside its arguments: caching, retries, property files.

use serde_json::{Map, Value};

use super::reader::Reader;

/// `CacheConfig`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheConfig {
    /// Whether an earlier result may stand for this step.
    pub enabled: bool,
    /// How old that result may be, in seconds; absent means any age.
    pub expire_after_seconds: Option<u64>,
}

/// One entry of `RetryPolicies`.
#[derive(Debug, Clone, PartialEq)]
pub struct RetryPolicy {
    /// The exception types it is for: `SageMaker.JOB_INTERNAL_ERROR`, ….
    pub exceptions: Vec<String>,
    /// Wait before the first retry.
    pub interval_seconds: f64,
    /// Factor from one wait to the next.
    pub backoff_rate: f64,
    /// How many retries; exclusive with the next.
    pub max_attempts: Option<u32>,
    /// Retries end this long after the step began.
    pub expire_after_minutes: Option<u32>,
}

impl RetryPolicy {
    /// What holds without any policy, for the two exceptions that are retried anyway.
    pub fn default_for(exception: &str) -> Option<Self> {
        matches!(exception, "Step.SERVICE_FAULT" | "Step.THROTTLING").then(|| Self {
            exceptions: vec![exception.to_owned()],
            interval_seconds: 1.0,
            backoff_rate: 2.0,
            max_attempts: Some(DEFAULT_MAX_ATTEMPTS),
            expire_after_minutes: None,
        })
    }
}

/// One entry of `PropertyFiles`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyFile {
    /// The name that references use.
    pub name: String,
    /// The output it lies in.
    pub output: String,
    /// Where in that output.
    pub file: String,
}

const DEFAULT_MAX_ATTEMPTS: u32 = 5;
const EXCEPTIONS: &[&str] = &[
    "Step.SERVICE_FAULT",
    "Step.THROTTLING",
    "SageMaker.JOB_INTERNAL_ERROR",
    "SageMaker.CAPACITY_ERROR",
    "SageMaker.RESOURCE_LIMIT",
];
const RETRY_KEYS: &[&str] =
    &["ExceptionType", "IntervalSeconds", "BackoffRate", "MaxAttempts", "ExpireAfterMin"];

pub(super) fn read_cache(reader: &mut Reader, place: &str, value: &Value) -> Option<CacheConfig> {
    let object = reader.object(place, value)?;
    reader.known_keys(place, object, &["Enabled", "ExpireAfter"]);
    let Some(enabled) = object.get("Enabled").and_then(Value::as_bool) else {
        reader.problem(place, "Key 'Enabled' must be true or false");
        return None;
    };
    let text = reader.optional_text(place, object, "ExpireAfter");
    let expire_after_seconds = text.and_then(parse_duration);
    if let (Some(text), None) = (text, expire_after_seconds) {
        reader.problem(place, format!("ExpireAfter '{text}' is not an ISO 8601 duration"));
    }
    Some(CacheConfig { enabled, expire_after_seconds })
}

pub(super) fn read_retries(reader: &mut Reader, place: &str, value: &Value) -> Vec<RetryPolicy> {
    let mut policies = Vec::new();
    for (index, entry) in reader.list(place, value).iter().enumerate() {
        let place = format!("{place}[{index}]");
        if let Some(object) = reader.object(&place, entry) {
            policies.push(read_retry(reader, &place, object));
        }
    }
    policies
}

fn read_retry(reader: &mut Reader, place: &str, object: &Map<String, Value>) -> RetryPolicy {
    reader.known_keys(place, object, RETRY_KEYS);
    let exceptions: Vec<String> = match object.get("ExceptionType") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    if exceptions.is_empty() {
        reader.problem(place, "Key 'ExceptionType' must be a list of exception types");
    }
    for exception in exceptions.iter().filter(|exception| !EXCEPTIONS.contains(&exception.as_str())) {
        reader.problem(place, format!("Unknown ExceptionType '{exception}'"));
    }
    let max_attempts = number(reader, place, object, "MaxAttempts", 0.0, 20.0);
    let expire_after = number(reader, place, object, "ExpireAfterMin", 0.0, 14_400.0);
    if max_attempts.is_some() && expire_after.is_some() {
        reader.problem(place, "MaxAttempts and ExpireAfterMin exclude each other");
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in 0..=14400")]
    let whole = |value: f64| value as u32;
    RetryPolicy {
        exceptions,
        interval_seconds: number(reader, place, object, "IntervalSeconds", 0.0, 43_200.0).unwrap_or(1.0),
        backoff_rate: number(reader, place, object, "BackoffRate", 0.0, 1000.0).unwrap_or(2.0),
        max_attempts: match (max_attempts, expire_after) {
            (None, None) => Some(DEFAULT_MAX_ATTEMPTS),
            (max_attempts, _) => max_attempts.map(whole),
        },
        expire_after_minutes: expire_after.map(whole),
    }
}

fn number(
    reader: &mut Reader,
    place: &str,
    object: &Map<String, Value>,
    key: &str,
    min: f64,
    max: f64,
) -> Option<f64> {
    let value = object.get(key).filter(|value| !value.is_null())?;
    let number = value.as_f64().filter(|number| (min..=max).contains(number));
    if number.is_none() {
        reader.problem(place, format!("{key} must be a number from {min} to {max}"));
    }
    number
}

pub(super) fn read_property_files(
    reader: &mut Reader,
    place: &str,
    value: &Value,
    arguments: &Map<String, Value>,
) -> Vec<PropertyFile> {
    let mut files: Vec<PropertyFile> = Vec::new();
    let outputs = output_names(arguments);
    for (index, entry) in reader.list(place, value).iter().enumerate() {
        let place = format!("{place}[{index}]");
        let Some(object) = reader.object(&place, entry) else { continue };
        reader.known_keys(&place, object, &["PropertyFileName", "OutputName", "FilePath"]);
        let (Some(name), Some(output), Some(file)) = (
            reader.text(&place, object, "PropertyFileName"),
            reader.text(&place, object, "OutputName"),
            reader.text(&place, object, "FilePath"),
        ) else {
            continue;
        };
        if files.iter().any(|other| other.name == name) {
            reader.problem(&place, format!("Property file '{name}' is defined twice"));
        }
        if outputs.as_ref().is_some_and(|outputs| !outputs.contains(&output)) {
            reader.problem(
                &place,
                format!("Property file '{name}' is in '{output}', which is no output of the step"),
            );
        }
        files.push(PropertyFile { name: name.to_owned(), output: output.to_owned(), file: file.to_owned() });
    }
    files
}

/// The outputs of a processing request; `None` when a name is only known at run time.
fn output_names(arguments: &Map<String, Value>) -> Option<Vec<&str>> {
    let outputs = arguments.get("ProcessingOutputConfig").and_then(|config| config.get("Outputs"));
    let outputs = outputs.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    outputs.iter().map(|output| output.get("OutputName").and_then(Value::as_str)).collect()
}

/// Seconds of an ISO 8601 duration; like the service, also without `P` and in small letters (`30d`, `T30m`). A year
/// counts 365 days, a month 30.
pub fn parse_duration(text: &str) -> Option<u64> {
    const MINUTE: u64 = 60;
    const DAY: u64 = 86_400;
    let upper = text.trim().to_ascii_uppercase();
    let mut rest = upper.strip_prefix('P').unwrap_or(&upper);
    let mut in_time = false;
    let mut seconds: u64 = 0;
    let mut parts = 0;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T') {
            if in_time {
                return None;
            }
            in_time = true;
            rest = after;
            continue;
        }
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: u64 = rest[..digits].parse().ok()?;
        let unit = match (&rest[digits..=digits], in_time) {
            ("Y", false) => 365 * DAY,
            ("M", false) => 30 * DAY,
            ("W", false) => 7 * DAY,
            ("D", false) => DAY,
            ("H", _) => 60 * MINUTE,
            ("M", true) => MINUTE,
            ("S", _) => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(count.checked_mul(unit)?)?;
        rest = &rest[digits + 1..];
        parts += 1;
    }
    (parts > 0).then_some(seconds)
}
