//! What the step is given: values at once, artifacts fetched from what earlier steps stored.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use futures_util::future::try_join_all;
use indexmap::IndexMap;
use sagewright_spec::{Element, Input, Pipeline, Step};
use sagewright_store::{InputRecord, InputSource, StepRecord, Store};
use serde_json::{Map, Value};

use crate::environment::Environment;
use crate::error::Error;
use crate::protocol::{Given, GivenArtifact};

/// Everything a step is given, for the worker and for the record.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// For the worker, in the order of the arguments.
    pub(crate) given: IndexMap<String, Given>,
    /// For the record: which artifacts.
    pub(crate) sources: IndexMap<String, InputRecord>,
    /// For the record: everything else.
    pub(crate) values: Map<String, Value>,
}

/// Collects the inputs of `step`; artifacts come to lie in folders below `folder`.
pub(crate) async fn fetch(
    store: &Store,
    environment: &Environment,
    pipeline: &Pipeline,
    step: &Step,
    folder: &Path,
) -> Result<Inputs, Error> {
    let producers = producers(store, environment, step).await?;
    let mut inputs = Inputs::default();
    let mut downloads = Vec::new();
    for (position, (argument, input)) in step.inputs.iter().enumerate() {
        let folder = folder.join(folder_name(argument, position));
        let resolve = |element: &Element, folder: PathBuf| match element {
            Element::Value { value } => Ok((Given::Value(value.clone()), None)),
            Element::Parameter { parameter } => {
                Ok((Given::Value(parameter_value(pipeline, environment, argument, parameter)?), None))
            }
            Element::Output { step, output } => {
                let producer = &producers[step.as_str()];
                let (given, source) = artifact(producer, argument, output, folder)?;
                Ok((given, Some(source)))
            }
        };
        match input {
            Input::One(element) => {
                let (given, source) = resolve(element, folder.clone())?;
                if let Some(source) = source {
                    downloads.push((argument, source.clone(), folder));
                    inputs.sources.insert(argument.clone(), InputRecord::One(source));
                } else if let Given::Value(value) = &given {
                    inputs.values.insert(argument.clone(), value.clone());
                }
                inputs.given.insert(argument.clone(), given);
            }
            Input::List { list } => {
                let mut given = Vec::with_capacity(list.len());
                let mut sources = Vec::with_capacity(list.len());
                let mut values = Vec::with_capacity(list.len());
                for (index, element) in list.iter().enumerate() {
                    let folder = folder.join(index.to_string());
                    let (one, source) = resolve(element, folder.clone())?;
                    downloads.extend(source.clone().map(|source| (argument, source, folder)));
                    values.push(if let Given::Value(value) = &one { value.clone() } else { Value::Null });
                    sources.push(source);
                    given.push(one);
                }
                if sources.iter().any(Option::is_none) || list.is_empty() {
                    inputs.values.insert(argument.clone(), Value::Array(values));
                }
                if sources.iter().any(Option::is_some) {
                    inputs.sources.insert(argument.clone(), InputRecord::List(sources));
                }
                inputs.given.insert(argument.clone(), Given::List(given));
            }
        }
    }
    try_join_all(downloads.iter().map(|(argument, source, folder)| {
        let record = &producers[source.step.as_str()];
        download(store, record, argument, &source.output, folder)
    }))
    .await?;
    Ok(inputs)
}

/// The record of each step that this one reads from, by name.
async fn producers<'a>(
    store: &Store,
    environment: &Environment,
    step: &'a Step,
) -> Result<BTreeMap<&'a str, StepRecord>, Error> {
    let mut seen = BTreeSet::new();
    let wanted = step.elements().filter_map(|(argument, element)| match element {
        Element::Output { step, .. } if seen.insert(step.as_str()) => Some((argument, step.as_str())),
        _ => None,
    });
    let found = try_join_all(wanted.collect::<Vec<_>>().into_iter().map(|(argument, step)| async move {
        let argument = argument.to_owned();
        match store.find_succeeded(&environment.run_id, step).await {
            Ok(Some(record)) => Ok((step, record)),
            Ok(None) => Err(Error::NoProducer { argument, step: step.to_owned() }),
            Err(source) => Err(Error::Input { argument, source }),
        }
    }))
    .await?;
    Ok(found.into_iter().collect())
}

fn artifact(
    producer: &StepRecord,
    argument: &str,
    output: &str,
    path: PathBuf,
) -> Result<(Given, InputSource), Error> {
    let record =
        producer.outputs.iter().find(|record| record.name == output).ok_or_else(|| Error::NoOutput {
            argument: argument.to_owned(),
            step: producer.step.clone(),
            output: output.to_owned(),
        })?;
    let source =
        InputSource { step: producer.step.clone(), output: output.to_owned(), attempt: producer.attempt };
    let given = GivenArtifact {
        path,
        kind: record.kind.clone(),
        metadata: record.metadata.clone(),
        note: record.note.clone(),
    };
    Ok((Given::Artifact(given), source))
}

async fn download(
    store: &Store,
    producer: &StepRecord,
    argument: &str,
    output: &str,
    folder: &Path,
) -> Result<(), Error> {
    let record = producer.outputs.iter().find(|record| record.name == output);
    let record = record.expect("the output was found when the inputs were resolved");
    let downloaded = store.download_folder(&record.key, &record.files, folder).await;
    downloaded.map_err(|source| Error::Input { argument: argument.to_owned(), source })
}

/// The value of a pipeline parameter: from the job's environment, or the default of the spec.
fn parameter_value(
    pipeline: &Pipeline,
    environment: &Environment,
    argument: &str,
    name: &str,
) -> Result<Value, Error> {
    let missing = || Error::NoParameter { argument: argument.to_owned(), parameter: name.to_owned() };
    let parameter =
        pipeline.parameters.iter().find(|parameter| parameter.name == name).ok_or_else(missing)?;
    match environment.parameters.get(name) {
        Some(text) => parameter.kind.read(text).ok_or_else(|| Error::ParameterType {
            parameter: name.to_owned(),
            kind: parameter.kind,
            value: text.clone(),
        }),
        None => {
            parameter.default.as_ref().and_then(|default| parameter.kind.accept(default)).ok_or_else(missing)
        }
    }
}

/// The folder is named after the argument, as the user may get to see it, unless that is no name of a folder.
fn folder_name(argument: &str, position: usize) -> String {
    let plain = argument.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if plain && !argument.is_empty() { argument.to_owned() } else { format!("input.{position}") }
}
