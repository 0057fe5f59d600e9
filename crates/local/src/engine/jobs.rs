//! The operations on jobs. A job lives in its execution's journal; there is no other record of it.

use serde_json::{Value, json};

use super::driver::lock;
use super::machine::{JobRecord, JobStatus, What};
use super::pipelines::with_token;
use super::{Engine, Error, JobKind, List, SortOrder};
use crate::state::{Entry, page, time_key};

/// How long a page of jobs is unless asked otherwise.
const DEFAULT_MAX_RESULTS: u32 = 10;

impl Engine {
    /// `DescribeTrainingJob` / `DescribeProcessingJob` → their response.
    pub fn describe_job(&self, kind: JobKind, name: &str) -> Result<Value, Error> {
        self.job(kind, name).map(|job| job.describe())
    }

    /// `ListTrainingJobs` / `ListProcessingJobs` → their response.
    pub fn list_jobs(&self, kind: JobKind, request: &List) -> Result<Value, Error> {
        let mut entries = Vec::new();
        for id in self.execution_ids() {
            let found = self.look(&id, |machine| {
                let jobs = machine.jobs().filter(|job| job.order.kind == kind && wanted(job, request));
                jobs.map(|job| Entry { key: sort_key(job, request), value: job.summary() })
                    .collect::<Vec<_>>()
            });
            match found {
                Ok(found) => entries.extend(found),
                Err(error) => {
                    tracing::warn!(%error, execution = id, "could not read the jobs of an execution");
                }
            }
        }
        let order = request.sort_order.unwrap_or(SortOrder::Descending);
        let request =
            List { max_results: request.max_results.or(Some(DEFAULT_MAX_RESULTS)), ..request.clone() };
        let (list, member) = match kind {
            JobKind::Training => ("ListTrainingJobs", "TrainingJobSummaries"),
            JobKind::Processing => ("ListProcessingJobs", "ProcessingJobSummaries"),
        };
        let (summaries, next) = page(list, entries, order, &request)?;
        Ok(with_token(json!({member: summaries}), next))
    }

    /// `StopTrainingJob` / `StopProcessingJob` → `{}`.
    pub fn stop_job(&self, kind: JobKind, name: &str) -> Result<Value, Error> {
        let job = self.job(kind, name)?;
        match job.status {
            JobStatus::Stopping => return Ok(json!({})),
            JobStatus::InProgress => {}
            status => {
                return Err(Error::validation(format!(
                    "The request was rejected because the job {name} is in status {}.",
                    status.name()
                )));
            }
        }
        let id = job.order.execution_arn.rsplit('/').next().unwrap_or_default().to_owned();
        let what = What::JobStopRequested { step: job.order.step.clone(), attempt: job.order.attempt };
        self.deliver(&id, self.now(), what)?;
        Ok(json!({}))
    }

    /// A job by name. The name of most says which execution it belongs to; for the others all are searched.
    pub(super) fn job(&self, kind: JobKind, name: &str) -> Result<JobRecord, Error> {
        let named = name.split('-').nth(1).filter(|_| name.starts_with("pipelines-")).map(str::to_owned);
        let known = named.filter(|id| lock(&self.inner.registry).executions.get(id).is_some());
        let candidates = known.map_or_else(|| self.execution_ids(), |id| vec![id]);
        for id in candidates {
            if let Ok(Some(job)) = self.look(&id, |machine| machine.find_job(kind, name).cloned()) {
                return Ok(job);
            }
        }
        Err(Error::validation(match kind {
            JobKind::Training => "Requested resource not found.".to_owned(),
            JobKind::Processing => format!("Could not find requested job with name: {name}"),
        }))
    }

    /// All executions, newest first.
    fn execution_ids(&self) -> Vec<String> {
        lock(&self.inner.registry).executions.all().iter().rev().map(|summary| summary.id.clone()).collect()
    }
}

fn wanted(job: &JobRecord, request: &List) -> bool {
    request.name_contains.as_ref().is_none_or(|part| job.order.name.contains(part.as_str()))
        && request.status_equals.as_ref().is_none_or(|status| job.status.name() == status)
        && request.created_in(job.order.created_at)
        && request.modified_in(job.modified_at)
}

fn sort_key(job: &JobRecord, request: &List) -> String {
    let by_time = time_key(job.order.created_at, &job.order.name);
    match request.sort_by.as_deref() {
        Some("Name") => job.order.name.clone(),
        Some("Status") => format!("{} {by_time}", job.status.name()),
        _ => by_time,
    }
}
