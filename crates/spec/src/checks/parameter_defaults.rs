//! A parameter's default is a value that a run could be started with.

use serde_json::Value;

use crate::bind::too_long;
use crate::{Code, Diagnostic, Pipeline, limits};

pub(super) fn check(pipeline: &Pipeline, found: &mut Vec<Diagnostic>) {
    for parameter in &pipeline.parameters {
        let Some(default) = &parameter.default else { continue };
        let (name, kind) = (&parameter.name, parameter.kind);
        let field = format!("parameters.{name}.default");
        if kind.accept(default).is_none() {
            let given = describe(default);
            found.push(
                Diagnostic::new(
                    Code::WrongDefaultType,
                    format!("the default of parameter `{name}` must be of type {kind}, not {given}"),
                )
                .field(&field)
                .hint(format!(
                    "give {}, or annotate the argument with the type of its default",
                    kind.example()
                ))
                .pipeline(pipeline),
            );
        }
        let length = default.as_str().map_or(0, |text| text.chars().count());
        if length > limits::PARAMETER_VALUE_LENGTH {
            found.push(too_long(name, length).field(field).pipeline(pipeline));
        }
    }
}

/// Names a value's type and shows the value where that is short.
fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => format!("the boolean `{value}`"),
        Value::Number(value) => format!("the number `{value}`"),
        Value::String(value) if value.chars().count() <= 40 => format!("the text `{value}`"),
        Value::String(_) => "a text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a map".to_owned(),
    }
}
