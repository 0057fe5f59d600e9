//! The submission that is under way, kept in the artifact store until its run has a record: should this process or its
//! connection end between the start and the record, whoever looks next completes the record.

use sagewright_store::{RunRecord, Store};
use serde::{Deserialize, Serialize};

use crate::failure::Result;
use crate::stack::Stack;

/// What was about to be started, and by which name its execution is found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Intent {
    /// The version of this document.
    version: u32,
    /// The SageMaker pipeline.
    pipeline_name: String,
    /// The execution's own name.
    display_name: String,
    /// The run's record, all but the execution.
    record: RunRecord,
    /// Whether the record was written.
    done: bool,
}

impl Intent {
    pub(crate) fn new(pipeline_name: &str, display_name: &str, record: RunRecord) -> Self {
        let (pipeline_name, display_name) = (pipeline_name.to_owned(), display_name.to_owned());
        Self { version: 1, pipeline_name, display_name, record, done: false }
    }

    /// Keeps it, before the start.
    pub(crate) async fn keep(&self, store: &Store) -> sagewright_store::Result<()> {
        let text = serde_json::to_vec(self).expect("an intent has only text keys");
        store.put_bytes(&key(&self.pipeline_name), text).await
    }

    /// Writes the run's record, and notes that nothing is left to do.
    pub(crate) async fn settle(
        mut self,
        execution_arn: &str,
        store: &Store,
    ) -> sagewright_store::Result<RunRecord> {
        let record = RunRecord {
            run_id: execution_arn.rsplit('/').next().unwrap_or_default().to_owned(),
            execution_arn: execution_arn.to_owned(),
            ..self.record.clone()
        };
        // In this order: what is noted as done before it is done would never be completed.
        store.put_run(&record).await?;
        self.done = true;
        self.keep(store).await?;
        Ok(record)
    }
}

/// Completes the record of the pipeline's last submission, where it is missing. The answer is that record.
pub(crate) async fn complete(stack: &Stack, pipeline_name: &str) -> Result<Option<RunRecord>> {
    let Some(bytes) = stack.store.find_bytes(&key(pipeline_name)).await? else { return Ok(None) };
    // One that a newer version wrote is for that version to complete.
    let Ok(intent) = serde_json::from_slice::<Intent>(&bytes) else { return Ok(None) };
    if intent.done {
        return Ok(None);
    }
    match stack.client.find_execution(&intent.pipeline_name, &intent.display_name).await? {
        Some(arn) => Ok(Some(intent.settle(&arn, &stack.store).await?)),
        None => Ok(None),
    }
}

/// One for each pipeline; SageMaker writes the name in lower case in ARNs.
fn key(pipeline_name: &str) -> String {
    format!("submissions/{}.json", pipeline_name.to_lowercase())
}
