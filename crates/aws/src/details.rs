//! What SageMaker says of a job: its phases, what it is billed for, and how it really ended.

use aws_sdk_sagemaker::types::{ProcessingClusterConfig, ResourceConfig, SecondaryStatusTransition};
use futures_util::{StreamExt, stream};
use serde::Serialize;
use std::collections::BTreeMap;

use crate::patience::patient;
use crate::runs::time;
use crate::{Client, Error, Job, Result, RunStatus};

/// How many jobs are asked about at the same time.
const AT_ONCE: usize = 8;

/// A part of a job's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Phase {
    /// `starting`, `downloading image`, `downloading data`, `running`, `uploading`, `interrupted` or `stopping`.
    pub name: &'static str,
    /// When it began, in RFC 3339.
    pub started_at: Option<String>,
    /// When it ended, in RFC 3339.
    pub ended_at: Option<String>,
}

/// One job, as its own description has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct JobDetails {
    /// `InProgress`, `Completed`, `Failed`, `Stopping` or `Stopped`.
    pub status: String,
    /// The finer status of training jobs: it tells a time-out (`MaxRuntimeExceeded`) from a stop.
    pub secondary_status: Option<String>,
    /// What it went through, in order. SageMaker does not tell a processing job's start from its image's download.
    pub phases: Vec<Phase>,
    /// Seconds that are billed for each instance. Of processing jobs SageMaker tells only how long they ran.
    pub billable_seconds: Option<i64>,
    /// The instance type it ran on.
    pub instance_type: Option<String>,
    /// How many instances it had.
    pub instance_count: Option<i32>,
    /// AWS's reason for a failure.
    pub failure_reason: Option<String>,
    /// What the job left in its message file (processing).
    pub exit_message: Option<String>,
    /// What became of the warm pool, for jobs that keep one.
    pub warm_pool: Option<String>,
}

impl JobDetails {
    /// Whether a limit on its time ended the job; SageMaker calls such a job `Stopped`.
    pub fn is_timed_out(&self) -> bool {
        let secondary = self.secondary_status.as_deref();
        matches!(secondary, Some("MaxRuntimeExceeded" | "MaxWaitTimeExceeded"))
    }

    /// The phase that is under way.
    pub fn current_phase(&self) -> Option<&'static str> {
        let last = self.phases.last().filter(|phase| phase.ended_at.is_none())?;
        Some(last.name)
    }
}

impl Client {
    /// The details of the newest job of every step, by the job's name. Jobs that cannot be asked about are left out:
    /// they tell more about a run, and are not needed to know where it stands.
    pub async fn job_details(&self, run: &RunStatus) -> BTreeMap<String, JobDetails> {
        let jobs = run.steps.iter().filter_map(|step| step.job.as_ref());
        stream::iter(jobs.map(|job| async move { (job.name.clone(), self.details(job).await) }))
            .buffer_unordered(AT_ONCE)
            .filter_map(|(name, details)| async move { Some((name, details.ok()?)) })
            .collect()
            .await
    }

    /// The details of one job.
    pub async fn details(&self, job: &Job) -> Result<JobDetails> {
        if job.kind == "Training" { self.training(&job.name).await } else { self.processing(&job.name).await }
    }

    async fn training(&self, name: &str) -> Result<JobDetails> {
        let job = patient(|| async {
            self.sagemaker
                .describe_training_job()
                .training_job_name(name)
                .send()
                .await
                .map_err(|error| Error::from_sdk("DescribeTrainingJob", &error))
        })
        .await?;
        let resources = job.resource_config();
        Ok(JobDetails {
            status: job.training_job_status().map(|it| it.as_str().to_owned()).unwrap_or_default(),
            secondary_status: job.secondary_status().map(|it| it.as_str().to_owned()),
            phases: phases(job.secondary_status_transitions()),
            billable_seconds: job.billable_time_in_seconds().map(i64::from),
            instance_type: resources
                .and_then(|it| it.instance_type())
                .map(|instance| instance.as_str().to_owned()),
            instance_count: resources.and_then(ResourceConfig::instance_count),
            failure_reason: job.failure_reason().filter(|it| !it.is_empty()).map(str::to_owned),
            exit_message: None,
            warm_pool: job.warm_pool_status().and_then(|pool| pool.status()).map(|it| it.as_str().to_owned()),
        })
    }

    async fn processing(&self, name: &str) -> Result<JobDetails> {
        let job = patient(|| async {
            self.sagemaker
                .describe_processing_job()
                .processing_job_name(name)
                .send()
                .await
                .map_err(|error| Error::from_sdk("DescribeProcessingJob", &error))
        })
        .await?;
        let (created, started, ended) =
            (job.creation_time(), job.processing_start_time(), job.processing_end_time());
        let mut phases = Vec::new();
        if created.is_some() {
            phases.push(Phase {
                name: "starting",
                started_at: created.map(time),
                ended_at: started.or(ended).map(time),
            });
        }
        if started.is_some() {
            phases.push(Phase { name: "running", started_at: started.map(time), ended_at: ended.map(time) });
        }
        let cluster = job.processing_resources().and_then(|it| it.cluster_config());
        Ok(JobDetails {
            status: job.processing_job_status().map(|it| it.as_str().to_owned()).unwrap_or_default(),
            secondary_status: None,
            phases,
            billable_seconds: started.zip(ended).map(|(from, to)| (to.secs() - from.secs()).max(0)),
            instance_type: cluster
                .and_then(|it| it.instance_type())
                .map(|instance| instance.as_str().to_owned()),
            instance_count: cluster.and_then(ProcessingClusterConfig::instance_count),
            failure_reason: job.failure_reason().filter(|it| !it.is_empty()).map(str::to_owned),
            exit_message: job.exit_message().filter(|it| !it.is_empty()).map(str::to_owned),
            warm_pool: None,
        })
    }
}

/// SageMaker's transitions in our words; neighbours of one name become one phase.
fn phases(transitions: &[SecondaryStatusTransition]) -> Vec<Phase> {
    let mut phases: Vec<Phase> = Vec::new();
    for transition in transitions {
        let Some(name) = phase_name(transition.status().map_or("", |it| it.as_str())) else { continue };
        let ended_at = transition.end_time().map(time);
        match phases.last_mut() {
            Some(last) if last.name == name => last.ended_at = ended_at,
            _ => phases.push(Phase { name, started_at: transition.start_time().map(time), ended_at }),
        }
    }
    phases
}

/// The statuses of an end are no phases.
fn phase_name(status: &str) -> Option<&'static str> {
    Some(match status {
        "Starting" | "Pending" | "LaunchingMLInstances" | "PreparingTrainingStack" => "starting",
        "DownloadingTrainingImage" => "downloading image",
        "Downloading" => "downloading data",
        "Training" | "Updating" => "running",
        "Uploading" => "uploading",
        "Interrupted" | "Restarting" => "interrupted",
        "Stopping" => "stopping",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_sagemaker::types::SecondaryStatus;
    use aws_smithy_types::DateTime;

    fn transition(status: &str, from: i64, to: Option<i64>) -> SecondaryStatusTransition {
        SecondaryStatusTransition::builder()
            .status(SecondaryStatus::from(status))
            .start_time(DateTime::from_secs(from))
            .set_end_time(to.map(DateTime::from_secs))
            .build()
    }

    #[test]
    fn transitions_become_phases_and_ends_do_not() {
        let found = phases(&[
            transition("Starting", 0, Some(5)),
            transition("LaunchingMLInstances", 5, Some(60)),
            transition("DownloadingTrainingImage", 60, Some(90)),
            transition("Training", 90, Some(100)),
            transition("MaxRuntimeExceeded", 100, Some(100)),
        ]);
        let names: Vec<_> = found.iter().map(|phase| phase.name).collect();
        assert_eq!(names, ["starting", "downloading image", "running"]);
        assert_eq!(found[0].ended_at.as_deref(), Some("1970-01-01T00:01:00.000Z"));
    }

    #[test]
    fn the_phase_without_an_end_is_under_way() {
        let phases = phases(&[transition("Starting", 0, Some(1)), transition("Downloading", 1, None)]);
        let details = JobDetails { phases, ..JobDetails::default() };
        assert_eq!(details.current_phase(), Some("downloading data"));
    }

    #[test]
    fn a_job_that_a_limit_ended_is_timed_out() {
        let with = |secondary: &str| JobDetails {
            status: "Stopped".into(),
            secondary_status: Some(secondary.into()),
            ..JobDetails::default()
        };
        assert!(with("MaxRuntimeExceeded").is_timed_out());
        assert!(!with("Stopped").is_timed_out());
    }
}
