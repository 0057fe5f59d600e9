//! The way back from a job to its execution.

use std::sync::{Arc, Weak};

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::driver::Inner;
use super::machine::What;
use super::{Engine, JobOrder, JobOutcome};

/// Tells the engine what becomes of one job. Cheap to clone, may outlive the engine (then it does nothing).
///
/// Each method returns when the news is in the journal; while that cannot be written (a full disk) it waits.
#[derive(Clone)]
pub struct JobReporter {
    order: Arc<JobOrder>,
    to: Target,
}

#[derive(Clone)]
enum Target {
    Engine { inner: Weak<Inner>, execution: Arc<str> },
    Channel(mpsc::UnboundedSender<JobNews>),
}

/// What a [`JobReporter`] passes on.
#[derive(Debug, Clone, PartialEq)]
pub enum JobNews {
    /// See [`JobReporter::status`].
    Status {
        /// The secondary status.
        secondary_status: String,
        /// The message beside it.
        message: String,
        /// Since when.
        at: Timestamp,
    },
    /// See [`JobReporter::ended`].
    Ended(JobOutcome),
}

impl JobReporter {
    pub(super) fn for_engine(engine: &Engine, execution: &str, order: JobOrder) -> Self {
        let to = Target::Engine { inner: Arc::downgrade(&engine.inner), execution: execution.into() };
        Self { order: Arc::new(order), to }
    }

    /// A reporter that is connected to nothing but the returned receiver, to try executors without an engine.
    pub fn channel(order: JobOrder) -> (Self, mpsc::UnboundedReceiver<JobNews>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self { order: Arc::new(order), to: Target::Channel(sender) }, receiver)
    }

    /// The job this reporter is about.
    pub fn order(&self) -> &JobOrder {
        &self.order
    }

    /// The job went on to another secondary status (`Pending`, `Downloading`, `Training`, `Uploading`, …; for processing
    /// jobs too, where it is kept but not shown), with the message that Describe shows beside it. `Starting` is set by
    /// the engine when the job is ordered; the final one follows from [`JobReporter::ended`].
    pub async fn status(&self, secondary_status: &str, message: &str, at: Timestamp) {
        let (secondary_status, message) = (secondary_status.to_owned(), message.to_owned());
        match &self.to {
            Target::Engine { inner, execution } => {
                let (step, attempt) = (self.order.step.clone(), self.order.attempt);
                let what = What::JobStatus { step, attempt, secondary_status, message };
                deliver(inner, execution, Some(at), what).await;
            }
            Target::Channel(sender) => {
                // Nobody listens any more: nobody is told.
                let _ = sender.send(JobNews::Status { secondary_status, message, at });
            }
        }
    }

    /// The job is over.
    pub async fn ended(&self, outcome: JobOutcome) {
        match &self.to {
            Target::Engine { inner, execution } => {
                let (step, attempt) = (self.order.step.clone(), self.order.attempt);
                deliver(inner, execution, None, What::JobEnded { step, attempt, outcome }).await;
            }
            Target::Channel(sender) => {
                // Nobody listens any more: nobody is told.
                let _ = sender.send(JobNews::Ended(outcome));
            }
        }
    }
}

async fn deliver(inner: &Weak<Inner>, execution: &str, at: Option<Timestamp>, what: What) {
    let Some(inner) = inner.upgrade() else { return };
    let engine = Engine { inner };
    let at = at.unwrap_or_else(|| engine.now());
    engine.insist_at(execution, at, what).await;
}
