//! A job's folder: what is where, and how far the job has come.

use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::engine::JobOutcome;
use crate::host::{EXIT_FILE, HOST_FILE, IDENTITY_FILE};
use crate::logs::host_folder;

const OUTCOME_FILE: &str = "outcome.json";
const ML_FOLDER: &str = "ml";
/// Extension of a job's folder that was put aside. Names of jobs have none.
const DISCARDED: &str = "discarded";
/// Most hosts a processing job can have, and more than a training job here ever has.
const MAX_SWEPT_HOSTS: u32 = 100;

/// The folder of a job.
#[derive(Debug, Clone)]
pub(super) struct JobFolder {
    path: PathBuf,
}

/// How far a job has come, as its folder shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Stage {
    /// No entry point was started.
    New,
    /// At least one host was started.
    Started,
    /// Everything is done.
    Over(JobOutcome),
}

impl JobFolder {
    pub(super) fn new(jobs: &Path, name: &str) -> Self {
        Self { path: jobs.join(name) }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The folder of a host; counted from 1.
    pub(super) fn host(&self, host: u32) -> PathBuf {
        host_folder(&self.path, host)
    }

    /// What a host's entry point sees as `/opt/ml`.
    pub(super) fn ml(&self, host: u32) -> PathBuf {
        self.host(host).join(ML_FOLDER)
    }

    pub(super) fn stage(&self, hosts: u32) -> std::io::Result<Stage> {
        match fs::read(self.path.join(OUTCOME_FILE)) {
            Ok(bytes) => return Ok(Stage::Over(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let started = (1..=hosts).any(|host| is_started(&self.host(host)));
        Ok(if started { Stage::Started } else { Stage::New })
    }

    /// Empties the folder for a start from the beginning.
    ///
    /// A host that was started right before a crash may be about to claim the folder. It does so by name, so that
    /// after the rename it finds either nothing, or what was prepared anew; if it was faster, the folder is its own.
    /// Returns whether the folder is empty.
    pub(super) fn clear(&self, hosts: u32) -> std::io::Result<bool> {
        if !self.path.exists() {
            fs::create_dir_all(&self.path)?;
            return Ok(true);
        }
        let aside = self.path.with_extension(DISCARDED);
        if aside.exists() {
            fs::remove_dir_all(&aside)?;
        }
        fs::rename(&self.path, &aside)?;
        if (1..=hosts).any(|host| is_started(&host_folder(&aside, host))) {
            fs::rename(&aside, &self.path)?;
            return Ok(false);
        }
        fs::remove_dir_all(&aside)?;
        fs::create_dir_all(&self.path)?;
        Ok(true)
    }

    /// Remembers how the job ended, so that it is reported again rather than run again.
    pub(super) fn write_outcome(&self, outcome: &JobOutcome) -> std::io::Result<()> {
        fs::create_dir_all(&self.path)?;
        let partial = self.path.join(format!("{OUTCOME_FILE}.partial"));
        fs::write(&partial, serde_json::to_vec(outcome)?)?;
        fs::rename(partial, self.path.join(OUTCOME_FILE))
    }

    /// Removes the data of all jobs that are over, which an endpoint that was killed had no time for.
    pub(super) fn sweep(jobs: &Path) -> std::io::Result<()> {
        for entry in fs::read_dir(jobs)? {
            let path = entry?.path();
            if path.join(OUTCOME_FILE).exists() {
                Self { path }.discard_data(MAX_SWEPT_HOSTS);
            }
        }
        Ok(())
    }

    /// Removes the job's data, as an instance that is given back loses it. Logs and records stay.
    pub(super) fn discard_data(&self, hosts: u32) {
        for host in (1..=hosts).take_while(|host| self.host(*host).exists()) {
            let folder = self.ml(host);
            make_writable(&folder);
            if let Err(error) = fs::remove_dir_all(&folder)
                && error.kind() != std::io::ErrorKind::NotFound
            {
                tracing::warn!(%error, "a job's data could not be removed");
            }
        }
    }
}

fn is_started(host: &Path) -> bool {
    host.join(IDENTITY_FILE).exists() || host.join(EXIT_FILE).exists()
}

/// Whether a host can be started in this folder.
pub(super) fn is_ready(host: &Path) -> bool {
    host.join(HOST_FILE).exists()
}

/// Folders of read-only channels cannot be emptied as they are.
fn make_writable(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_dir() {
            if metadata.permissions().mode() & 0o200 == 0 {
                let _ = fs::set_permissions(entry.path(), PermissionsExt::from_mode(0o755));
            }
            make_writable(&entry.path());
        }
    }
}
