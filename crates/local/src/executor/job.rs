//! One job from its order to its outcome.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fs_err as fs;
use tokio_util::sync::CancellationToken;

use super::environment::{INHERITED, environment};
use super::folder::{JobFolder, Stage};
use super::outcome::{self, End, Failure};
use super::plan::{Output, OutputForm, Plan};
use super::sync::Synced;
use super::{Shared, download, host, processing, training, upload};
use crate::clock::now;
use crate::engine::{JobEnd, JobKind, JobOrder, JobOutcome, JobReporter};
use crate::host::{HostFile, ML_ROOT};
use crate::logs::StreamFile;

/// How long to wait before writing an outcome again that could not be written.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// Folder below the ML root that a job finds itself in. It is for the job's own use.
const CODE_FOLDER: &str = "code";

/// A job under way.
pub(super) struct Job<'a> {
    pub(super) shared: &'a Arc<Shared>,
    pub(super) order: JobOrder,
    pub(super) plan: Plan,
    pub(super) reporter: JobReporter,
    /// Cancelled when the job is to stop.
    pub(super) stop: CancellationToken,
}

impl Job<'_> {
    /// Sees the job to its end, from wherever an earlier endpoint has left it.
    pub(super) async fn run(self) {
        let folder = JobFolder::new(&self.shared.settings.jobs, &self.order.name);
        let (outcome, is_new) = match folder.stage(self.plan.hosts) {
            Ok(Stage::Over(outcome)) => (outcome, false),
            Ok(stage) => (self.attend(&folder, &stage).await, true),
            Err(error) => (self.failed(error.into()), true),
        };
        if is_new {
            // On a full disk the engine's own journal has no room either: the job ends when there is some. What it
            // has written itself may be what is in the way, and nobody needs that any more.
            while let Err(error) = folder.write_outcome(&outcome) {
                tracing::error!(job = self.order.name, %error, "the outcome of a job could not be written");
                folder.discard_data(self.plan.hosts);
                tokio::time::sleep(TRY_AGAIN).await;
            }
        }
        self.reporter.ended(outcome).await;
        self.shared.cleaner.discard(folder, self.plan.hosts);
    }

    async fn attend(&self, folder: &JobFolder, stage: &Stage) -> JobOutcome {
        // A job whose processes run already does not wait for its turn.
        let _slot = if *stage == Stage::Started {
            Arc::clone(&self.shared.slots).try_acquire_owned().ok()
        } else {
            tokio::select! {
                slot = Arc::clone(&self.shared.slots).acquire_owned() => slot.ok(),
                () = self.stop.cancelled() => return self.describe(folder, &End::Stopped),
            }
        };
        let mut synced = Synced::default();
        if *stage == Stage::New {
            match self.prepare(folder).await {
                Ok(restored) => synced = restored,
                Err(failure) => return self.failed(failure),
            }
            if self.stop.is_cancelled() {
                return self.describe(folder, &End::Stopped);
            }
        }
        let synced = Arc::new(Mutex::new(synced));
        let end = self.run_hosts(folder, &synced).await;
        let mut outcome = self.describe(folder, &end);
        if let Err(failure) = self.upload(folder, &outcome, &synced).await {
            outcome::fail(&mut outcome, &failure);
        }
        outcome.ended_at = now();
        outcome
    }

    fn describe(&self, folder: &JobFolder, end: &End) -> JobOutcome {
        outcome::describe(self.order.kind, end, &folder.ml(1), now())
    }

    fn failed(&self, failure: Failure) -> JobOutcome {
        outcome::describe(self.order.kind, &End::Failed(failure), &PathBuf::new(), now())
    }

    /// Lays out the job's folders and fetches its inputs. Answers with the outputs that S3 has already.
    async fn prepare(&self, folder: &JobFolder) -> Result<Synced, Failure> {
        if self.plan.command.is_empty() {
            return Err(Failure::Client(
                "the request has no ContainerEntrypoint, and jobs run as processes here: there is no image whose \
                 entry point could be used"
                    .to_owned(),
            ));
        }
        self.reporter.status("Downloading", "Downloading input data", now()).await;
        let private_mount = self.shared.private_mount().await;
        let (shared, order, plan) = (Arc::clone(self.shared), self.order.clone(), self.plan.clone());
        let folder = folder.clone();
        tokio::task::spawn_blocking(move || prepare(&shared, &order, &plan, &folder, private_mount))
            .await
            .map_err(|error| Failure::Internal(error.to_string()))?
    }

    /// Runs the hosts, and what has to happen beside them.
    async fn run_hosts(&self, folder: &JobFolder, synced: &Arc<Mutex<Synced>>) -> End {
        self.reporter
            .status("Training", "Training image download completed. Training in progress.", now())
            .await;
        let all = async {
            // When one host fails, the others have nothing to wait for.
            let stop = self.stop.child_token();
            let hosts = (1..=self.plan.hosts).map(|host| {
                let (folder, stop) = (folder.host(host), stop.clone());
                async move {
                    let end = host::run(&folder, &self.shared.settings.host_command, &stop).await;
                    if end.status() != JobEnd::Completed {
                        stop.cancel();
                    }
                    end
                }
            });
            worst(futures_util::future::join_all(hosts).await)
        };
        tokio::select! {
            end = all => end,
            never = self.keep_synced(folder, synced) => match never {},
        }
    }

    /// Uploads continuous outputs and checkpoints, as long as it is polled.
    async fn keep_synced(&self, folder: &JobFolder, synced: &Arc<Mutex<Synced>>) -> std::convert::Infallible {
        let outputs: Vec<Output> = self
            .plan
            .outputs
            .iter()
            .filter(|output| matches!(output.form, OutputForm::Continuous | OutputForm::Mirror))
            .cloned()
            .collect();
        if outputs.is_empty() {
            return std::future::pending().await;
        }
        let mut interval =
            tokio::time::interval(Duration::from_secs(self.shared.settings.sync_seconds.max(1)));
        loop {
            interval.tick().await;
            // What does not work now is tried again, and at the end it counts.
            if let Err(failure) = self.transfer(folder, outputs.clone(), synced).await {
                tracing::warn!(job = self.order.name, ?failure, "outputs could not be uploaded yet");
            }
        }
    }

    /// Uploads what is due at the end.
    async fn upload(
        &self,
        folder: &JobFolder,
        outcome: &JobOutcome,
        synced: &Arc<Mutex<Synced>>,
    ) -> Result<(), Failure> {
        let failed = outcome.status == JobEnd::Failed;
        let outputs: Vec<Output> =
            self.plan.outputs.iter().filter(|output| !failed || output.after_failure).cloned().collect();
        if outputs.is_empty() || outcome.started_at.is_none() {
            return Ok(());
        }
        self.reporter.status("Uploading", "Uploading generated training model", now()).await;
        self.transfer(folder, outputs, synced).await
    }

    async fn transfer(
        &self,
        folder: &JobFolder,
        outputs: Vec<Output>,
        synced: &Arc<Mutex<Synced>>,
    ) -> Result<(), Failure> {
        let storage = self.shared.settings.storage.clone();
        let ml_folders: Vec<PathBuf> = (1..=self.plan.hosts).map(|host| folder.ml(host)).collect();
        let synced = Arc::clone(synced);
        tokio::task::spawn_blocking(move || {
            let outputs: Vec<&Output> = outputs.iter().collect();
            let mut synced = synced.lock().unwrap_or_else(PoisonError::into_inner);
            upload::upload(&storage, &outputs, &ml_folders, &mut synced)
        })
        .await
        .map_err(|error| Failure::Internal(error.to_string()))?
        .map_err(|error| match Failure::from(error) {
            Failure::Client(message) => Failure::Client(format!("Data upload failed: {message}")),
            Failure::Internal(message) => Failure::Internal(format!("Data upload failed: {message}")),
        })
    }
}

/// The end that decides the job's: the first that is not a success, and not the mere consequence of another.
fn worst(mut ends: Vec<End>) -> End {
    let rank = |end: &End| match end.status() {
        JobEnd::Failed => 0,
        JobEnd::MaxRuntimeExceeded => 1,
        JobEnd::Stopped => 2,
        JobEnd::Completed => 3,
    };
    ends.sort_by_key(rank);
    ends.into_iter().next().unwrap_or(End::Stopped)
}

fn prepare(
    shared: &Shared,
    order: &JobOrder,
    plan: &Plan,
    folder: &JobFolder,
    private_mount: bool,
) -> Result<Synced, Failure> {
    let mut restored = Synced::default();
    if !folder.clear(plan.hosts)? {
        return Ok(restored);
    }
    StreamFile { kind: order.kind, created_at: order.created_at, hosts: plan.hosts }.write(folder.path())?;
    for host in 1..=plan.hosts {
        prepare_host(shared, order, plan, folder, host, private_mount)?;
        for output in plan.outputs.iter().filter(|output| output.form == OutputForm::Mirror) {
            restored.note(&folder.ml(host).join(&output.path))?;
        }
    }
    Ok(restored)
}

fn prepare_host(
    shared: &Shared,
    order: &JobOrder,
    plan: &Plan,
    folder: &JobFolder,
    host: u32,
    private_mount: bool,
) -> Result<(), Failure> {
    let settings = &shared.settings;
    let ml = folder.ml(host);
    for path in plan.folders.iter().map(PathBuf::as_path).chain([Path::new(CODE_FOLDER)]) {
        fs::create_dir_all(ml.join(path))?;
    }
    let files = match order.kind {
        JobKind::Training => training::config_files(order, host, plan.hosts),
        JobKind::Processing => processing::config_files(order, host, plan.hosts),
    };
    for (path, content) in files.map_err(Failure::Client)? {
        fs::write(ml.join(path), content.to_string())?;
    }
    let prepared = download::prepare(&settings.storage, &plan.inputs, &ml, host, plan.hosts)?;
    let root = if private_mount { Path::new(ML_ROOT) } else { ml.as_path() };
    let file = HostFile {
        command: plan.command.clone(),
        inherit: INHERITED.map(str::to_owned).into(),
        path_prepend: settings.path_prepend.clone(),
        environment: environment(order, plan, settings, (!private_mount).then_some(ml.as_path())),
        directory: root.join(CODE_FOLDER),
        ml: ml.clone(),
        private_mount,
        read_only: prepared.read_only,
        pipes: prepared.pipes,
        max_runtime_seconds: plan.max_runtime_seconds,
        grace_seconds: settings.grace_seconds,
    };
    host::write_file(&folder.host(host), &file)?;
    Ok(())
}
