//! Records of attempts at steps.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::record::{StepRecord, StepState};
use crate::{Listing, Store, keys};

impl Store {
    /// Writes the record of an attempt.
    pub async fn put_step(&self, record: &StepRecord) -> Result<()> {
        self.put_record(&keys::step(&record.run_id, &record.step, record.attempt), record).await
    }

    /// Reads the record of one attempt.
    pub async fn get_attempt(&self, run_id: &str, step: &str, attempt: u32) -> Result<StepRecord> {
        self.get_record(&keys::step(run_id, step, attempt)).await
    }

    /// Reads the record of the newest attempt at a step.
    pub async fn get_step(&self, run_id: &str, step: &str) -> Result<StepRecord> {
        let newest = self.attempts(run_id, step).await?.into_iter().max();
        let key = keys::step(run_id, step, newest.unwrap_or(1));
        if newest.is_none() {
            return Err(Error::NotFound { key });
        }
        self.get_record(&key).await
    }

    /// Reads the record of the newest attempt that succeeded: the one whose outputs count. `None` if
    /// no attempt did. The first attempt is tried before anything is listed.
    pub async fn find_succeeded(&self, run_id: &str, step: &str) -> Result<Option<StepRecord>> {
        match self.get_attempt(run_id, step, 1).await {
            Ok(record) if record.state == StepState::Succeeded => return Ok(Some(record)),
            Ok(_) => {}
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(error),
        }
        let mut attempts = self.attempts(run_id, step).await?;
        attempts.sort_unstable();
        while let Some(attempt) = attempts.pop() {
            if attempt == 1 {
                break;
            }
            let record = self.get_attempt(run_id, step, attempt).await?;
            if record.state == StepState::Succeeded {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// Reads the newest attempt at every step of a run that has begun, sorted by when it started.
    pub async fn list_steps(&self, run_id: &str) -> Result<Listing<StepRecord>> {
        let keys = self.list_keys(&keys::steps(run_id)).await?;
        let mut newest = BTreeMap::new();
        for (step, attempt) in keys.iter().filter_map(|key| keys::parse_step(run_id, key)) {
            let known = newest.entry(step).or_insert(attempt);
            *known = attempt.max(*known);
        }
        self.read_sorted(newest.into_iter().map(|(step, attempt)| keys::step(run_id, step, attempt))).await
    }

    /// Reads all attempts at all steps of a run, sorted by when they started.
    pub async fn list_attempts(&self, run_id: &str) -> Result<Listing<StepRecord>> {
        let mut keys = self.list_keys(&keys::steps(run_id)).await?;
        keys.retain(|key| keys::parse_step(run_id, key).is_some());
        self.read_sorted(keys).await
    }

    async fn read_sorted(&self, keys: impl IntoIterator<Item = String>) -> Result<Listing<StepRecord>> {
        let mut listing: Listing<StepRecord> = self.get_records(keys).await?;
        listing.records.sort_by(|one, other| {
            let order = |record: &StepRecord| (record.started_at, record.step.clone(), record.attempt);
            order(one).cmp(&order(other))
        });
        Ok(listing)
    }

    async fn attempts(&self, run_id: &str, step: &str) -> Result<Vec<u32>> {
        let folders = self.list_folders(&keys::attempts(run_id, step)).await?;
        Ok(folders.iter().filter_map(|name| name.parse().ok()).collect())
    }
}
