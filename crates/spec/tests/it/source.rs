//! Pipelines for the tests, as small as each needs.

use sagewright_spec::{Diagnostic, Pipeline, check, parse};
use serde_json::{Value, json};

/// Returns a step with an output, without inputs.
pub(crate) fn step(name: &str) -> Value {
    json!({"name": name, "command": ["run"], "outputs": [{"name": "output"}],
           "source": {"file": "run.py", "line": 7, "function": name}})
}

/// Returns the step with some fields replaced.
pub(crate) fn step_with(name: &str, fields: Value) -> Value {
    with(step(name), fields)
}

/// Returns a sound pipeline of two steps with some fields replaced.
pub(crate) fn pipeline_with(fields: Value) -> Value {
    let train = step_with("train", json!({"inputs": {"data": {"step": "load", "output": "output"}}}));
    let pipeline = json!({"version": 1, "name": "training", "steps": [step("load"), train],
                          "source": {"file": "run.py", "line": 40}});
    with(pipeline, fields)
}

/// Returns a pipeline of these steps.
pub(crate) fn pipeline_of(steps: impl IntoIterator<Item = Value>) -> Value {
    pipeline_with(json!({"steps": steps.into_iter().collect::<Vec<_>>()}))
}

pub(crate) fn read(document: &Value) -> Pipeline {
    parse(&document.to_string()).unwrap()
}

/// Returns everything that reading or checking finds.
pub(crate) fn problems(document: &Value) -> Vec<Diagnostic> {
    match parse(&document.to_string()).and_then(check) {
        Ok(_) => Vec::new(),
        Err(found) => found,
    }
}

/// Checks that exactly these problems are found, each as its code, place and message.
#[track_caller]
pub(crate) fn expect(document: &Value, expected: &[&str]) {
    let found: Vec<String> = problems(document)
        .iter()
        .map(|problem| {
            let step = problem.step.as_deref().unwrap_or("-");
            let field = problem.field.as_deref().unwrap_or("-");
            format!("{} {step} {field}: {}", problem.code, problem.message)
        })
        .collect();
    assert_eq!(found, expected);
}

fn with(mut object: Value, fields: Value) -> Value {
    for (name, value) in fields.as_object().unwrap() {
        object[name] = value.clone();
    }
    object
}
