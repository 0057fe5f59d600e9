//! Values for a run's parameters: from text as typed to typed values.

use serde_json::Value;
use std::collections::BTreeMap;

use crate::index::Index;
use crate::{CheckedPipeline, Code, Diagnostic, Parameter, limits};

/// Reads the given texts as values of the pipeline's parameters and adds the defaults of those not given.
///
/// The result has a value for every parameter. Unknown names, missing values and values of another type are all
/// reported at once.
pub fn bind_parameters(
    checked: &CheckedPipeline,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Value>, Vec<Diagnostic>> {
    let pipeline = checked.pipeline();
    let index = Index::new(pipeline);
    let mut found: Vec<Diagnostic> = given
        .keys()
        .filter(|name| index.parameter(name).is_none())
        .map(|name| unknown(checked, &index, name))
        .collect();
    let mut values = BTreeMap::new();
    for parameter in &pipeline.parameters {
        match bind(parameter, given.get(&parameter.name)) {
            Ok(value) => {
                values.insert(parameter.name.clone(), value);
            }
            Err(problem) => found.push(problem.pipeline(pipeline)),
        }
    }
    if found.is_empty() { Ok(values) } else { Err(found) }
}

fn bind(parameter: &Parameter, given: Option<&String>) -> Result<Value, Box<Diagnostic>> {
    let (name, kind) = (&parameter.name, parameter.kind);
    let Some(text) = given else {
        return parameter.default.as_ref().and_then(|default| kind.accept(default)).ok_or_else(|| {
            Diagnostic::new(
                Code::MissingParameterValue,
                format!("parameter `{name}` has no default and was given no value"),
            )
            .field(format!("parameters.{name}"))
            .hint(format!("give it {}: `--param {name}=…`", kind.example()))
            .into()
        });
    };
    let length = text.chars().count();
    if length > limits::PARAMETER_VALUE_LENGTH {
        return Err(too_long(name, length).field(format!("parameters.{name}")).into());
    }
    kind.read(text).ok_or_else(|| {
        Diagnostic::new(
            Code::WrongParameterValue,
            format!("parameter `{name}` takes a value of type {kind}, not `{text}`"),
        )
        .field(format!("parameters.{name}"))
        .hint(format!("give {}", kind.example()))
        .into()
    })
}

/// Says that a parameter's value of that length is too long.
pub(crate) fn too_long(name: &str, length: usize) -> Diagnostic {
    let limit = limits::PARAMETER_VALUE_LENGTH;
    Diagnostic::new(
        Code::ParameterValueTooLong,
        format!("the value of parameter `{name}` has {length} characters, more than {limit}"),
    )
    .hint("put long text into a file or an object in S3 and pass its place")
}

fn unknown(checked: &CheckedPipeline, index: &Index, name: &str) -> Diagnostic {
    let pipeline = checked.pipeline();
    let problem = Diagnostic::new(
        Code::UnknownParameterGiven,
        format!("pipeline `{}` has no parameter `{name}`", pipeline.name),
    )
    .field(format!("parameters.{name}"))
    .pipeline(pipeline);
    if pipeline.parameters.is_empty() {
        return problem
            .hint("it has no parameters: only scalar arguments of the pipeline function are parameters");
    }
    let known: Vec<String> =
        pipeline.parameters.iter().map(|parameter| format!("`{}`", parameter.name)).collect();
    let known = known.join(", ");
    match index.nearest_parameter(name) {
        Some(nearest) => problem.hint(format!("did you mean `{nearest}`? it has {known}")),
        None => problem.hint(format!("it has {known}")),
    }
}
