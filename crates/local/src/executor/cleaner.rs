//! Removes the data of jobs that are over, one after the other, beside everything else.
//!
//! Removing files can take longer than running a small job. It happens on a thread of its own which nobody waits for,
//! not even the end of the process: what is left then, the next endpoint removes.

use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};

use super::folder::JobFolder;

/// A handle to the thread.
pub(super) struct Cleaner {
    folders: Sender<(JobFolder, u32)>,
}

impl Cleaner {
    /// Starts the thread; it begins with what an earlier endpoint left in the folder of all jobs.
    pub(super) fn start(jobs: PathBuf) -> Self {
        let (folders, due) = channel();
        std::thread::spawn(move || {
            if let Err(error) = JobFolder::sweep(&jobs) {
                tracing::warn!(%error, "the folders of old jobs could not be swept");
            }
            while let Ok((folder, hosts)) = due.recv() {
                JobFolder::discard_data(&folder, hosts);
            }
        });
        Self { folders }
    }

    /// Has the data of a job removed some time soon.
    pub(super) fn discard(&self, folder: JobFolder, hosts: u32) {
        // The thread ends only after this sender.
        let _ = self.folders.send((folder, hosts));
    }
}
