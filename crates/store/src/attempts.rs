//! Claiming an attempt: exactly one job owns each, however many start at the same time.

use crate::error::{Error, Result};
use crate::record::StepRecord;
use crate::store::to_json;
use crate::{Store, keys};

/// More attempts at one step of one run than this are taken for a store that does not honour
/// conditional writes.
const MOST: u32 = 10_000;

impl Store {
    /// Writes `record` under the first attempt number that is free, and sets its `attempt` to it.
    ///
    /// A write that reached the store while its answer got lost is sent again and then finds an
    /// attempt in its way that is its own, which is recognised by its content.
    pub async fn claim_attempt(&self, record: &mut StepRecord) -> Result<()> {
        for attempt in 1..=MOST {
            record.attempt = attempt;
            let key = keys::step(&record.run_id, &record.step, attempt);
            let json = to_json(record);
            if self.put_bytes_if_absent(&key, json.clone()).await? {
                return Ok(());
            }
            if self.find_bytes(&key).await?.is_some_and(|found| found == json) {
                return Ok(());
            }
        }
        Err(Error::Name { name: keys::attempts(&record.run_id, &record.step) })
    }
}
