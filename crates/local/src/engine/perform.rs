//! Actions that take time: each in a task of its own, its answer coming back as an event.

use std::time::Duration;

use jiff::Timestamp;

use super::driver::lock;
use super::machine::{Action, CacheHit, What};
use super::reporter::JobReporter;
use super::{Engine, Error, JobKind, JobOrder};

/// How long to wait before something that failed for want of disk space is tried again.
const TRY_AGAIN: Duration = Duration::from_millis(500);
/// The largest file that `Std:JsonGet` reads.
const MAX_FILE_BYTES: usize = 8 * 1024 * 1024;

impl Engine {
    pub(super) fn spawn(&self, id: String, action: Action) {
        let engine = self.clone();
        tokio::spawn(async move {
            match action {
                Action::StartJob { order, then_stop } => engine.start_job(&id, *order, then_stop).await,
                Action::StopJob { kind, name } => engine.inner.executor.stop(kind, &name).await,
                Action::ReadFile { step, uri } => engine.read_file(&id, step, uri).await,
                Action::LookUpCache { step, key, not_before } => {
                    engine.ask_cache(&id, step, &key, not_before).await;
                }
                Action::Wait { step, attempt, until } => {
                    engine.sleep_until(until).await;
                    engine.insist(&id, What::RetryDue { step, attempt }).await;
                }
                Action::Remember { .. } | Action::Finished(_) => {}
            }
        });
    }

    async fn start_job(&self, id: &str, order: JobOrder, then_stop: bool) {
        let (step, attempt) = (order.step.clone(), order.attempt);
        let (kind, name): (JobKind, String) = (order.kind, order.name.clone());
        let reporter = JobReporter::for_engine(self, id, order.clone());
        match self.inner.executor.start(order, reporter).await {
            Ok(()) => {
                self.insist(id, What::JobAccepted { step, attempt }).await;
                if then_stop {
                    self.inner.executor.stop(kind, &name).await;
                }
            }
            Err(refusal) => self.insist(id, What::JobRefused { step, attempt, refusal }).await,
        }
    }

    async fn read_file(&self, id: &str, step: String, uri: String) {
        let read = self.inner.executor.read_file(&uri).await.and_then(|bytes| {
            if bytes.len() > MAX_FILE_BYTES {
                return Err(format!("the file is larger than {MAX_FILE_BYTES} bytes"));
            }
            String::from_utf8(bytes).map_err(|_| "the file is not UTF-8".to_owned())
        });
        let (content, error) = match read {
            Ok(content) => (Some(content), None),
            Err(error) => (None, Some(error)),
        };
        self.insist(id, What::FileRead { step, uri, content, error }).await;
    }

    async fn ask_cache(&self, id: &str, step: String, key: &str, not_before: Option<Timestamp>) {
        let found = self.inner.results.find(key, not_before);
        let hit =
            found.map(|found| Box::new(CacheHit { execution_arn: found.execution_arn, job: found.job }));
        self.insist(id, What::CacheAnswered { step, hit }).await;
    }

    async fn sleep_until(&self, until: Timestamp) {
        let wait = until.duration_since(self.now());
        tokio::time::sleep(Duration::try_from(wait).unwrap_or_default()).await;
    }

    /// Delivers an event of this moment, and tries again for as long as it cannot be journaled.
    pub(super) async fn insist(&self, id: &str, what: What) {
        self.insist_at(id, self.now(), what).await;
    }

    pub(super) async fn insist_at(&self, id: &str, at: Timestamp, what: What) {
        loop {
            match self.deliver(id, at, what.clone()) {
                Ok(_) => return,
                Err(error) => self.complain(id, &error).await,
            }
        }
    }

    pub(super) fn finish_later(&self, id: String) {
        let engine = self.clone();
        tokio::spawn(async move {
            loop {
                let Some(live) = lock(&engine.inner.active).get(&id).cloned() else { return };
                let result = engine.try_finish(&lock(&live));
                match result {
                    Ok(()) => return,
                    Err(error) => engine.complain(&id, &error).await,
                }
            }
        });
    }

    async fn complain(&self, id: &str, error: &Error) {
        let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
        tracing::error!(%error, cause, execution = id, "could not write, trying again");
        tokio::time::sleep(TRY_AGAIN).await;
    }
}
