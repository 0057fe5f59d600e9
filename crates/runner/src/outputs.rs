//! What the step produced: what the worker says of it, the files it left, and their way to the store.

use std::path::Path;

use futures_util::future::try_join_all;
use sagewright_spec::Step;
use sagewright_store::{ArtifactRecord, Cause, CauseKind, Error, StepRecord, Store, keys};
use serde_json::{Value, json};

use crate::error::chain;
use crate::protocol::{ResultFile, ResultOutput, VERSION};

/// Previews above this size are not kept: they are for people, and travel with every record.
const LARGEST_PREVIEW: usize = 64 * 1024;

/// Reads what the worker wrote, and checks that it speaks of the outputs that the step declares.
pub(crate) fn read_result(file: &Path, step: &Step) -> Result<ResultFile, Box<Cause>> {
    let broken = |message: String| {
        let hint = "the worker does not follow the worker protocol; is its version the supervisor's?";
        Box::new(Cause::new(CauseKind::Exit, message).with_hint(hint))
    };
    let Ok(text) = fs_err::read(file) else {
        let message = "the process ended with exit code 0 but left no result";
        let hint = "the step must return; look for `sys.exit()`, `os._exit(0)` or `exec` in its code";
        return Err(Box::new(Cause::new(CauseKind::Exit, message).with_hint(hint)));
    };
    let result: ResultFile = serde_json::from_slice(&text)
        .map_err(|error| broken(format!("result.json cannot be read: {error}")))?;
    if result.version != VERSION {
        return Err(broken(format!("result.json is of version {}, not {VERSION}", result.version)));
    }
    let missing: Vec<&str> = step
        .outputs
        .iter()
        .map(|output| output.name.as_str())
        .filter(|name| !result.outputs.contains_key(*name))
        .collect();
    if !missing.is_empty() {
        return Err(broken(format!("the result lacks declared outputs: {}", missing.join(", "))));
    }
    let declared = |name: &str| step.outputs.iter().any(|output| output.name == name);
    if let Some(name) = result.outputs.keys().find(|name| !declared(name)) {
        return Err(broken(format!("the result has an output that the step does not declare: {name}")));
    }
    Ok(result)
}

/// Stores the files of all outputs, in parallel.
pub(crate) async fn store(
    store: &Store,
    record: &StepRecord,
    result: ResultFile,
    folder: &Path,
) -> Result<Vec<ArtifactRecord>, Cause> {
    let stored = result.outputs.into_iter().map(|(name, output)| async move {
        store_one(store, record, &name, output, &folder.join(&name))
            .await
            .map_err(|error| failed(&name, &error))
    });
    try_join_all(stored).await
}

async fn store_one(
    store: &Store,
    record: &StepRecord,
    name: &str,
    output: ResultOutput,
    folder: &Path,
) -> Result<ArtifactRecord, Error> {
    let key = keys::output(&record.run_id, &record.step, record.attempt, name);
    let files = store.upload_folder(folder, &key).await?;
    Ok(ArtifactRecord {
        name: name.to_owned(),
        kind: output.kind,
        language_type: output.language_type,
        key,
        size: files.iter().map(|file| file.size).sum(),
        hash: ArtifactRecord::hash_of(&files),
        files,
        metadata: output.metadata,
        preview: small(output.preview),
        note: output.note,
    })
}

fn small(preview: Value) -> Value {
    if preview.to_string().len() > LARGEST_PREVIEW { json!({"kind": "none"}) } else { preview }
}

fn failed(name: &str, error: &Error) -> Cause {
    // What the user put into the folder is the user's; everything else is the store's.
    let kind = match error {
        Error::Unstorable { .. } | Error::Name { .. } => CauseKind::Serialization,
        _ => CauseKind::Setup,
    };
    let mut cause = Cause::new(kind, format!("output `{name}` cannot be stored: {}", chain(error)));
    cause.hint = error.hint().map(str::to_owned);
    cause
}
