//! From ready to running: expressions, conditions, the cache, the job.

use std::sync::Arc;

use jiff::Timestamp;
use sagewright_sagemaker::api;
use sagewright_sagemaker::definition::{
    self, Condition, EvaluationError, StepKind, evaluate, resolve, to_text,
};
use sagewright_sagemaker::names;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::scope::StepScope;
use super::step::Phase;
use super::{Action, CacheHit, JobRecord, Machine, StepEnd};
use crate::engine::{JobKind, JobOrder, Refusal, RefusalClass};

/// The members that make up the cache key of a training job.
const TRAINING_KEY: &[&str] = &[
    "AlgorithmSpecification",
    "CheckpointConfig",
    "DebugHookConfig",
    "DebugRuleConfigurations",
    "Environment",
    "HyperParameters",
    "InputDataConfig",
];
/// The members that make up the cache key of a processing job.
const PROCESSING_KEY: &[&str] = &["AppSpecification", "Environment", "ProcessingInputs"];
/// How many random-looking characters end a job's name.
const SUFFIX_CHARACTERS: usize = 10;
/// The longest name of a job.
const JOB_NAME_CHARACTERS: usize = 63;

impl Machine {
    pub(super) fn begin(&mut self, index: usize, at: Timestamp) {
        self.active += 1;
        self.steps[index].started_at = Some(at);
        self.steps[index].phase = Phase::Preparing;
        self.prepare(index, at);
    }

    /// Evaluates what the step says; goes on if nothing is missing.
    pub(super) fn prepare(&mut self, index: usize, at: Timestamp) {
        self.steps[index].phase = Phase::Preparing;
        let graph = Arc::clone(&self.graph);
        match &graph.document.steps[index].kind {
            StepKind::Job { kind, arguments } => {
                let kind = job_kind(*kind);
                let name = self.next_job_name(index, kind, arguments);
                let scope = StepScope { machine: self, step: index, at, job: Some((kind, &name)) };
                match resolve(arguments, &scope) {
                    Ok(request) => self.resolved(index, kind, &name, request, at),
                    Err(error) => self.unresolved(index, error, at),
                }
            }
            StepKind::Condition { conditions } => {
                let scope = StepScope { machine: self, step: index, at, job: None };
                match Condition::all(conditions, &scope) {
                    Ok(outcome) => {
                        self.steps[index].outcome = Some(outcome);
                        self.end_step(index, StepEnd::Succeeded, at);
                    }
                    Err(error) => self.unresolved(index, error, at),
                }
            }
            StepKind::Fail { message } => {
                let scope = StepScope { machine: self, step: index, at, job: None };
                match evaluate(message, &scope) {
                    Ok(message) => {
                        let text = to_text(&message).unwrap_or_else(|| message.to_string());
                        self.fail_step = true;
                        self.steps[index].message = Some(text.clone());
                        self.fail(index, &text, at);
                    }
                    Err(error) => self.unresolved(index, error, at),
                }
            }
        }
    }

    fn unresolved(&mut self, index: usize, error: EvaluationError, at: Timestamp) {
        match error {
            EvaluationError::Failed(text) => self.fail(index, &format!("ClientError: {text}"), at),
            EvaluationError::NeedsFiles(uris) => {
                let step = self.name(index);
                for uri in uris {
                    if self.steps[index].awaited.insert(uri.clone()) {
                        self.actions.push(Action::ReadFile { step: step.clone(), uri });
                    }
                }
            }
        }
    }

    fn resolved(&mut self, index: usize, kind: JobKind, name: &str, mut request: Value, at: Timestamp) {
        drop_nulls(&mut request);
        request[kind.name_member()] = Value::String(name.to_owned());
        self.steps[index].files.clear();
        let cache = self.graph.document.steps[index].cache.filter(|cache| cache.enabled);
        let Some(cache) = cache.filter(|_| self.steps[index].retries.iter().all(|used| *used == 0)) else {
            self.order(index, kind, request, at);
            return;
        };
        let not_before = cache.expire_after_seconds.and_then(|seconds| {
            let age = jiff::SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
            at.checked_sub(age).ok()
        });
        let key = self.cache_key(index, kind, &request);
        self.steps[index].request = Some(request);
        self.steps[index].phase = Phase::AskingCache;
        self.actions.push(Action::LookUpCache { step: self.name(index), key, not_before });
    }

    pub(super) fn cache_answered(&mut self, step: &str, hit: Option<&CacheHit>, at: Timestamp) {
        let Some(index) = self.graph.step(step) else { return };
        let request = self.steps[index].request.take();
        if let Some(hit) = hit {
            self.steps[index].cache_hit = Some(Box::new(hit.clone()));
            self.end_step(index, StepEnd::Succeeded, at);
            return;
        }
        let StepKind::Job { kind, .. } = &self.graph.document.steps[index].kind else { return };
        let kind = job_kind(*kind);
        if let Some(request) = request {
            self.order(index, kind, request, at);
        }
    }

    /// Checks the complete request as the Create operation would, and orders the job.
    fn order(&mut self, index: usize, kind: JobKind, request: Value, at: Timestamp) {
        let state = &mut self.steps[index];
        state.attempts += 1;
        state.accepted = false;
        state.stopping = false;
        state.has_job = false;
        if let Err(problems) = api::validate_request(kind.create_operation(), &request) {
            let refusal = Refusal { class: RefusalClass::Validation, message: api::describe(&problems) };
            state.phase = Phase::Running;
            let step = self.name(index);
            self.refused(&step, &refusal, at);
            return;
        }
        let name = request[kind.name_member()].as_str().unwrap_or_default().to_owned();
        let header = &self.header;
        let order = JobOrder {
            kind,
            arn: format!(
                "arn:aws:sagemaker:{}:{}:{}/{name}",
                header.region,
                header.account_id,
                kind.arn_segment()
            ),
            name,
            request,
            created_at: at,
            execution_arn: header.arn.clone(),
            step: self.graph.document.steps[index].name.clone(),
            attempt: state.attempts,
        };
        state.jobs.push(JobRecord::new(order.clone()));
        state.has_job = true;
        state.phase = Phase::Running;
        self.actions.push(Action::StartJob { order: Box::new(order), then_stop: false });
    }

    /// The name of the step's next job. It looks random and is not, so that a replay finds the same.
    fn next_job_name(&self, index: usize, kind: JobKind, arguments: &Value) -> String {
        let step = &self.graph.document.steps[index].name;
        let attempt = self.steps[index].attempts + 1;
        let random = suffix(&format!("{}\0{step}\0{attempt}", self.header.arn));
        match arguments.get(kind.name_member()).and_then(Value::as_str) {
            Some(prefix) => {
                let tail = format!("-{}-{random}-{}", self.header.id, attempt - 1);
                let kept: String = prefix.chars().take(JOB_NAME_CHARACTERS - tail.len()).collect();
                format!("{kept}{tail}")
            }
            None => names::job_name(&self.header.id, step, &random),
        }
    }

    pub(super) fn cache_key(&self, index: usize, kind: JobKind, request: &Value) -> String {
        let members = match kind {
            JobKind::Training => TRAINING_KEY,
            JobKind::Processing => PROCESSING_KEY,
        };
        let parts: Vec<Value> = members.iter().map(|member| sorted(&request[*member])).collect();
        let header = &self.header;
        let step = &self.graph.document.steps[index].name;
        let whole = json!([header.pipeline_arn, header.pipeline_created_at.to_string(), step, kind, parts]);
        hex::encode(Sha256::digest(whole.to_string()))
    }
}

pub(super) fn job_kind(kind: definition::JobKind) -> JobKind {
    match kind {
        definition::JobKind::Training => JobKind::Training,
        definition::JobKind::Processing => JobKind::Processing,
    }
}

fn suffix(seed: &str) -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let digest = Sha256::digest(seed);
    digest
        .iter()
        .take(SUFFIX_CHARACTERS)
        .map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]))
        .collect()
}

/// Members that are null are as good as absent.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|_, member| !member.is_null());
            object.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// The value with the keys of all objects in order, so that equal values have equal texts.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut keys: Vec<&String> = object.keys().collect();
            keys.sort();
            keys.into_iter().map(|key| (key.clone(), sorted(&object[key]))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        scalar => scalar.clone(),
    }
}
