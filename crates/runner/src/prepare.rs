//! What must be there before the worker can start: the spec, the code, the inputs, all at once.

use std::path::{Path, PathBuf};

use sagewright_spec::{Pipeline, Step};
use sagewright_store::{PhaseRecord, Store};

use crate::clock;
use crate::environment::Environment;
use crate::error::Error;
use crate::inputs::{self, Inputs};
use crate::record::phase;

/// A step that is ready to run.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) pipeline: Pipeline,
    pub(crate) step: Step,
    /// Folder that the code was unpacked into, if it came as an archive.
    pub(crate) code: Option<PathBuf>,
    pub(crate) inputs: Inputs,
    pub(crate) phases: Vec<PhaseRecord>,
}

/// Fetches everything, in parallel, into folders below `work`.
pub(crate) async fn prepare(
    store: &Store,
    environment: &Environment,
    step: &str,
    work: &Path,
) -> Result<Prepared, Error> {
    let began = clock::now();
    let spec_and_inputs = async {
        let (pipeline, step) = fetch_spec(store, environment, step).await?;
        let known = clock::now();
        let inputs = inputs::fetch(store, environment, &pipeline, &step, &work.join("inputs")).await?;
        Ok((pipeline, step, known, inputs, clock::now()))
    };
    let code = async {
        let code = fetch_code(store, environment, &work.join("code")).await?;
        Ok((code, clock::now()))
    };
    let ((pipeline, step, known, inputs, given), (code, unpacked)) = tokio::try_join!(spec_and_inputs, code)?;
    let phases = vec![phase("fetch", began, known.max(unpacked)), phase("inputs", known, given)];
    Ok(Prepared { pipeline, step, code, inputs, phases })
}

async fn fetch_spec(store: &Store, environment: &Environment, name: &str) -> Result<(Pipeline, Step), Error> {
    let bytes = store.get_spec(&environment.pipeline, &environment.spec).await.map_err(Error::Spec)?;
    let text = std::str::from_utf8(&bytes).map_err(|error| Error::SpecContent(error.to_string()))?;
    let mut pipeline = sagewright_spec::parse(text).map_err(|found| {
        Error::SpecContent(found.first().map(|first| first.message.clone()).unwrap_or_default())
    })?;
    let position = pipeline.steps.iter().position(|step| step.name == name);
    let position = position.ok_or_else(|| Error::NoStep { step: name.to_owned() })?;
    let step = pipeline.steps.swap_remove(position);
    if step.command.is_empty() {
        return Err(Error::NoCommand { step: step.name });
    }
    Ok((pipeline, step))
}

async fn fetch_code(
    store: &Store,
    environment: &Environment,
    folder: &Path,
) -> Result<Option<PathBuf>, Error> {
    let Some(hash) = &environment.code else { return Ok(None) };
    let archive = store.get_code(hash).await.map_err(Error::Code)?;
    let target = folder.to_owned();
    let unpacked = tokio::task::spawn_blocking(move || crate::code::unpack(&archive, &target));
    unpacked.await.expect("unpacking does not panic").map_err(Error::Unpack)?;
    Ok(Some(folder.to_owned()))
}
