//! Records of runs.

use crate::error::Result;
use crate::record::RunRecord;
use crate::store::to_json;
use crate::{Listing, Store, keys};

impl Store {
    /// Writes the record of a run.
    pub async fn put_run(&self, run: &RunRecord) -> Result<()> {
        self.put_record(&keys::run(&run.run_id), run).await
    }

    /// Writes the record of a run that nobody has written one for, such as a scheduled one; says
    /// whether it was written.
    pub async fn put_run_if_absent(&self, run: &RunRecord) -> Result<bool> {
        self.put_bytes_if_absent(&keys::run(&run.run_id), to_json(run)).await
    }

    /// Reads the record of a run.
    pub async fn get_run(&self, run_id: &str) -> Result<RunRecord> {
        self.get_record(&keys::run(run_id)).await
    }

    /// Reads the records of all runs, newest first. Every record is read once.
    pub async fn list_runs(&self) -> Result<Listing<RunRecord>> {
        let ids = self.list_folders(keys::RUNS).await?;
        let mut listing: Listing<RunRecord> = self.get_records(ids.iter().map(|id| keys::run(id))).await?;
        listing.records.sort_by(|one, other| {
            other.submitted_at.cmp(&one.submitted_at).then_with(|| one.run_id.cmp(&other.run_id))
        });
        Ok(listing)
    }
}
