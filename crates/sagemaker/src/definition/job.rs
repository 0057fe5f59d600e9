//! The arguments of job steps, held against the API model.

use serde_json::{Map, Value};

use super::expression::Expression;
use super::reader::Reader;
use super::step::JobKind;
use crate::api::{self, Expressions, Problem};

/// Checks `Arguments` as a Create request without its name. A name that is there nevertheless is a prefix for job names.
pub(super) fn check(reader: &mut Reader, place: &str, kind: JobKind, arguments: &Map<String, Value>) {
    let (shape, name_member) = kind.request_shape();
    let mut request = arguments.clone();
    request.entry(name_member).or_insert_with(|| Value::String("name".to_owned()));
    let problems =
        api::validate_shape(shape, &Value::Object(request), Expressions::Allowed).err().unwrap_or_default();
    for problem in problems.into_iter().filter(|problem| !at_run_time(problem)) {
        reader.problems.push(Problem {
            path: format!("{place}.{}", problem.path),
            text: format!("{} in {place}", problem.text),
            kind: problem.kind,
        });
    }
    if kind == JobKind::Training && !arguments.contains_key("ServerlessJobConfig") {
        for key in ["AlgorithmSpecification", "ResourceConfig"] {
            if arguments.get(key).is_none_or(Value::is_null) {
                reader.problem(place, format!("Missing key '{key}'"));
            }
        }
    }
}

/// The service was seen to accept more than ten processing inputs and to refuse them only when the job is created.
fn at_run_time(problem: &Problem) -> bool {
    problem.path == "processingInputs" && problem.text.contains("less than or equal to 10")
}

/// All expressions in a template, with problems for those that cannot be read.
pub(super) fn expressions(reader: &mut Reader, place: &str, template: &Value) -> Vec<Expression> {
    let mut found = Vec::new();
    collect(template, &mut |value| match Expression::parse(value) {
        Ok(expression) => found.push(expression),
        Err(error) => reader.problem(place, error),
    });
    found
}

fn collect(template: &Value, visit: &mut dyn FnMut(&Value)) {
    match template {
        Value::Object(_) if api::is_expression(template) => visit(template),
        Value::Object(object) => object.values().for_each(|value| collect(value, visit)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, visit)),
        _ => {}
    }
}
