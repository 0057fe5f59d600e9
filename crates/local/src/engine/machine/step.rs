//! The state of one step.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::{JobRecord, StepEnd};

/// Where a step is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Waits for other steps.
    Waiting,
    /// Will never start: it stands in the branch not taken, or waits for something that cannot happen any more.
    Unreachable,
    /// Could start; waits for a free place.
    Queued,
    /// Waits for files that its expressions need.
    Preparing,
    /// Waits for the cache's answer.
    AskingCache,
    /// Has a job under way.
    Running,
    /// Waits before the next attempt.
    BackingOff {
        /// Until when.
        until: Timestamp,
    },
    /// Over.
    Ended(StepEnd),
}

impl Phase {
    /// Whether the step takes up one of the places that `MaxParallelExecutionSteps` counts.
    pub(super) fn is_active(self) -> bool {
        matches!(self, Self::Preparing | Self::AskingCache | Self::Running | Self::BackingOff { .. })
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StepState {
    pub(super) phase: Phase,
    /// Steps (and the gate) that it still waits for.
    pub(super) remaining: usize,
    pub(super) started_at: Option<Timestamp>,
    pub(super) ended_at: Option<Timestamp>,
    /// Jobs ordered so far, refused ones included.
    pub(super) attempts: u32,
    /// All its jobs, oldest first.
    pub(super) jobs: Vec<JobRecord>,
    /// Whether the newest of `jobs` is the one that the step stands for: not after a refusal.
    pub(super) has_job: bool,
    /// Whether the executor took the job on.
    pub(super) accepted: bool,
    /// Whether the job was asked to stop.
    pub(super) stopping: bool,
    pub(super) failure: Option<String>,
    /// Of a Condition step.
    pub(super) outcome: Option<bool>,
    /// Of a Fail step.
    pub(super) message: Option<String>,
    /// The earlier result that stands for this step.
    pub(super) cache_hit: Option<Box<super::CacheHit>>,
    /// The execution that a selective execution takes this step from.
    pub(super) reused_from: Option<String>,
    /// Retries used, per policy; the last entry is for the defaults.
    pub(super) retries: Vec<u32>,
    /// Files read for its expressions; dropped when they are evaluated.
    pub(super) files: BTreeMap<String, Result<Value, String>>,
    /// Files asked for and not there yet.
    pub(super) awaited: BTreeSet<String>,
    /// The evaluated arguments, while the cache is asked.
    pub(super) request: Option<Value>,
}

impl StepState {
    pub(super) fn new(remaining: usize, policies: usize) -> Self {
        Self {
            phase: Phase::Waiting,
            remaining,
            started_at: None,
            ended_at: None,
            attempts: 0,
            jobs: Vec::new(),
            has_job: false,
            accepted: false,
            stopping: false,
            failure: None,
            outcome: None,
            message: None,
            cache_hit: None,
            reused_from: None,
            retries: vec![0; policies + 1],
            files: BTreeMap::new(),
            awaited: BTreeSet::new(),
            request: None,
        }
    }

    /// The job the step stands for.
    pub(super) fn job(&self) -> Option<&JobRecord> {
        if let Some(hit) = &self.cache_hit {
            return Some(&hit.job);
        }
        self.jobs.last().filter(|_| self.has_job)
    }

    pub(super) fn job_mut(&mut self) -> Option<&mut JobRecord> {
        self.jobs.last_mut().filter(|_| self.has_job)
    }

    /// Whether the job of `attempt` is the one under way.
    pub(super) fn runs(&self, attempt: u32) -> bool {
        self.phase == Phase::Running && self.attempts == attempt
    }

    /// Makes it as if it had never started, apart from its history.
    pub(super) fn reset(&mut self, remaining: usize) {
        let (attempts, jobs) = (self.attempts, std::mem::take(&mut self.jobs));
        *self = Self { attempts, jobs, ..Self::new(remaining, self.retries.len() - 1) };
    }
}
