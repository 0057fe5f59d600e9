//! Runs jobs as processes of this machine: `<state dir>/jobs/<job name>/` per job, a job host around each.

mod archive;
mod cleaner;
mod download;
mod environment;
mod folder;
mod host;
mod job;
mod outcome;
mod plan;
mod processing;
mod sync;
mod training;
mod upload;

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::sync::{OnceCell, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::cleaner::Cleaner;
use self::plan::Plan;
use crate::credentials::Credentials;
use crate::engine::{Executor, JobKind, JobOrder, JobReporter, Refusal, RefusalClass};
use crate::s3::{Storage, split_uri};

/// Largest file that `Std:JsonGet` reads.
const MAX_JSON: u64 = 16 * 1024 * 1024;

/// What the executor needs to know.
#[derive(Clone)]
pub(crate) struct Settings {
    /// Folder of all jobs.
    pub(crate) jobs: PathBuf,
    pub(crate) storage: Storage,
    /// See [`crate::Options`].
    pub(crate) host_command: Vec<OsString>,
    /// See [`crate::Options`].
    pub(crate) path_prepend: Option<PathBuf>,
    /// How many jobs have processes at once; at least 1.
    pub(crate) max_jobs: usize,
    /// See [`crate::Options`].
    pub(crate) grace_seconds: u64,
    /// See [`crate::Options`].
    pub(crate) sync_seconds: u64,
    /// Where jobs find the services.
    pub(crate) endpoint_url: String,
    /// What jobs sign with.
    pub(crate) credentials: Credentials,
}

/// Runs jobs as processes. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ProcessExecutor {
    shared: Arc<Shared>,
}

/// What all jobs share.
struct Shared {
    settings: Settings,
    slots: Arc<Semaphore>,
    private_mount: OnceCell<bool>,
    cleaner: Cleaner,
    /// Jobs under way, with the token that asks them to stop.
    running: Mutex<HashMap<String, CancellationToken>>,
    tasks: TaskTracker,
    /// Ends the tasks and leaves the processes alone.
    detach: CancellationToken,
}

impl ProcessExecutor {
    pub(crate) fn new(settings: Settings) -> Self {
        let shared = Shared {
            slots: Arc::new(Semaphore::new(settings.max_jobs.max(1))),
            cleaner: Cleaner::start(settings.jobs.clone()),
            settings,
            private_mount: OnceCell::new(),
            running: Mutex::default(),
            tasks: TaskTracker::new(),
            detach: CancellationToken::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Finds out, ahead of the first job, whether jobs can have a private `/opt/ml`.
    pub(crate) fn probe(&self) {
        let shared = Arc::clone(&self.shared);
        self.shared.tasks.spawn(async move {
            shared.private_mount().await;
        });
    }

    /// Lets go of all jobs: their processes run on, for another endpoint to adopt.
    pub(crate) async fn detach(&self) {
        self.shared.detach.cancel();
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
    }
}

impl Shared {
    /// Whether jobs can have a private `/opt/ml`. Tried once, in a process of its own.
    async fn private_mount(&self) -> bool {
        *self.private_mount.get_or_init(|| host::probe(&self.settings.host_command)).await
    }
}

#[async_trait]
impl Executor for ProcessExecutor {
    async fn start(&self, order: JobOrder, reporter: JobReporter) -> Result<(), Refusal> {
        let plan =
            Plan::of(&order).map_err(|message| Refusal { class: RefusalClass::Validation, message })?;
        let stop = {
            let mut running = self.shared.running.lock().unwrap_or_else(PoisonError::into_inner);
            if running.contains_key(&order.name) {
                return Ok(());
            }
            let stop = CancellationToken::new();
            running.insert(order.name.clone(), stop.clone());
            stop
        };
        let shared = Arc::clone(&self.shared);
        self.shared.tasks.spawn(async move {
            let name = order.name.clone();
            let job = job::Job { shared: &shared, order, plan, reporter, stop };
            tokio::select! {
                () = job.run() => {}
                () = shared.detach.cancelled() => {}
            }
            shared.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
        });
        Ok(())
    }

    async fn stop(&self, _kind: JobKind, name: &str) {
        let running = self.shared.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stop) = running.get(name) {
            stop.cancel();
        }
    }

    async fn read_file(&self, uri: &str) -> Result<Vec<u8>, String> {
        let (bucket, key) = split_uri(uri).ok_or_else(|| format!("`{uri}` is not an S3 URI"))?;
        let (bucket, key, storage) =
            (bucket.to_owned(), key.to_owned(), self.shared.settings.storage.clone());
        tokio::task::spawn_blocking(move || storage.read(&bucket, &key, MAX_JSON))
            .await
            .map_err(|error| error.to_string())?
            .map_err(|error| format!("could not read `{uri}`: {error}"))
    }
}
