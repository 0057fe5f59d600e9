//! Holding a value against a shape.

use serde_json::{Map, Value};

use super::model::{Kind, Service, Shape};
use super::{Expressions, Problem, ProblemKind};

/// The longest value that is quoted whole.
const QUOTED_CHARACTERS: usize = 1024;

/// Everything that is wrong with `value` as `shape`, warnings included.
pub(super) fn check(service: &Service, shape: &str, value: &Value, expressions: Expressions) -> Vec<Problem> {
    let mut checker = Checker { service, expressions, problems: Vec::new() };
    checker.value("", shape, value);
    checker.problems
}

/// Whether `value` has the form of an expression.
pub(crate) fn is_expression(value: &Value) -> bool {
    value.as_object().is_some_and(|object| {
        object.len() == 1
            && object.keys().all(|key| matches!(key.as_str(), "Get" | "Std:Join" | "Std:JsonGet"))
    })
}

struct Checker<'a> {
    service: &'a Service,
    expressions: Expressions,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn value(&mut self, path: &str, name: &str, value: &Value) {
        let Some(shape) = self.service.shape(name) else {
            self.problems.push(Problem::unknown_shape(name));
            return;
        };
        match shape.kind {
            Kind::Structure => self.structure(path, shape, value),
            Kind::List => self.list(path, shape, value),
            Kind::Map => self.map(path, shape, value),
            _ if self.expressions == Expressions::Allowed && is_expression(value) => {}
            _ if self.expressions == Expressions::Allowed && function(value).is_some() => {
                let name = function(value).unwrap_or_default();
                self.problems.push(Problem::unknown_function(path, name));
            }
            _ => self.scalar(path, name, shape, value),
        }
    }

    fn structure(&mut self, path: &str, shape: &Shape, value: &Value) {
        let Some(object) = self.object(path, value) else { return };
        for (key, member) in object {
            match shape.members.get(key) {
                Some(_) if member.is_null() => {}
                Some(name) => self.value(&joined(path, &lower_camel(key)), name, member),
                None => self.problems.push(Problem::unknown_member(path, key)),
            }
        }
        for key in &shape.required {
            if object.get(key).is_none_or(Value::is_null) {
                let place = joined(path, &lower_camel(key));
                self.problems.push(Problem::constraint(&place, "null", "Member must not be null"));
            }
        }
    }

    fn list(&mut self, path: &str, shape: &Shape, value: &Value) {
        let Some(items) = value.as_array() else {
            self.problems.push(Problem::type_mismatch(path, kind_of(value), "a List"));
            return;
        };
        self.length(path, shape, items.len(), value);
        let Some(member) = &shape.member else { return };
        for (index, item) in items.iter().enumerate() {
            self.value(&joined(path, &format!("{}.member", index + 1)), member, item);
        }
    }

    fn map(&mut self, path: &str, shape: &Shape, value: &Value) {
        let Some(object) = self.object(path, value) else { return };
        self.length(path, shape, object.len(), value);
        let mut failures: Vec<String> = Vec::new();
        for (key, item) in object {
            if let Some(name) = &shape.key {
                self.map_part("key", path, name, &Value::String(key.clone()), &mut failures);
            }
            if let Some(name) = &shape.value {
                self.map_part("value", &joined(path, key), name, item, &mut failures);
            }
        }
        for failure in failures {
            self.problems.push(Problem::constraint(path, &quoted(value), &failure));
        }
    }

    /// Constraints that keys and values of a map fail are listed once for the map, without their own path.
    fn map_part(&mut self, part: &str, path: &str, name: &str, value: &Value, failures: &mut Vec<String>) {
        let mut inner =
            Checker { service: self.service, expressions: self.expressions, problems: Vec::new() };
        inner.value(path, name, value);
        let (constraints, others): (Vec<Problem>, Vec<Problem>) =
            inner.problems.into_iter().partition(|problem| problem.kind == ProblemKind::Constraint);
        self.problems.extend(others);
        if constraints.is_empty() {
            return;
        }
        let reasons: Vec<&str> = constraints
            .iter()
            .filter_map(|problem| {
                problem.text.split_once("failed to satisfy constraint: ").map(|(_, reason)| reason)
            })
            .collect();
        let failure = format!("Map {part} must satisfy constraint: [{}]", reasons.join(", "));
        if !failures.contains(&failure) {
            failures.push(failure);
        }
    }

    fn scalar(&mut self, path: &str, name: &str, shape: &Shape, value: &Value) {
        match shape.kind {
            Kind::String | Kind::Blob => match value.as_str() {
                Some(text) => self.text(path, name, shape, text),
                None => self.problems.push(Problem::type_mismatch(path, kind_of(value), "a String")),
            },
            Kind::Boolean if !value.is_boolean() => {
                self.problems.push(Problem::type_mismatch(path, kind_of(value), "a Boolean"));
            }
            Kind::Integer | Kind::Long if !value.is_i64() && !value.is_u64() => {
                let expected = if shape.kind == Kind::Long { "a Long" } else { "an Integer" };
                self.problems.push(Problem::type_mismatch(path, kind_of(value), expected));
            }
            Kind::Integer if value.as_i64().is_none_or(|number| i32::try_from(number).is_err()) => {
                self.problems.push(Problem::type_mismatch(path, "A number out of range", "an Integer"));
            }
            Kind::Float | Kind::Double | Kind::Timestamp if !value.is_number() => {
                let expected = if shape.kind == Kind::Timestamp { "a Timestamp" } else { "a Float" };
                self.problems.push(Problem::type_mismatch(path, kind_of(value), expected));
            }
            Kind::Integer | Kind::Long | Kind::Float | Kind::Double => {
                let number = value.as_f64().unwrap_or_default();
                self.bounds(path, shape, number, "value", &value.to_string());
            }
            _ => {}
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^52")]
    fn text(&mut self, path: &str, name: &str, shape: &Shape, text: &str) {
        self.bounds(path, shape, text.chars().count() as f64, "length", &shortened(text));
        if shape.regex().is_some_and(|regex| !regex.is_match(text)) {
            let pattern = shape.pattern.as_deref().unwrap_or_default();
            let constraint = format!("Member must satisfy regular expression pattern: {pattern}");
            self.problems.push(Problem::constraint(path, &shortened(text), &constraint));
        }
        if !shape.values.is_empty() && !shape.values.iter().any(|known| known == text) {
            let mut problem = Problem::constraint(
                path,
                &shortened(text),
                &format!("Member must satisfy enum value set: [{}]", shape.values.join(", ")),
            );
            // Instance types are added all the time: a newer one than the model's must not be refused.
            if name.ends_with("InstanceType") {
                problem.kind = ProblemKind::Warning;
            }
            self.problems.push(problem);
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^52")]
    fn length(&mut self, path: &str, shape: &Shape, length: usize, value: &Value) {
        self.bounds(path, shape, length as f64, "length", &quoted(value));
    }

    fn bounds(&mut self, path: &str, shape: &Shape, number: f64, what: &str, shown: &str) {
        if let Some(max) = shape.max.filter(|max| number > *max) {
            let constraint = format!("Member must have {what} less than or equal to {max}");
            self.problems.push(Problem::constraint(path, shown, &constraint));
        }
        if let Some(min) = shape.min.filter(|min| number < *min) {
            let constraint = format!("Member must have {what} greater than or equal to {min}");
            self.problems.push(Problem::constraint(path, shown, &constraint));
        }
    }

    fn object<'v>(&mut self, path: &str, value: &'v Value) -> Option<&'v Map<String, Value>> {
        let object = value.as_object();
        if object.is_none() {
            self.problems.push(Problem::type_mismatch(path, kind_of(value), "an object"));
        }
        object
    }
}

/// The name of what looks like a function of pipeline expressions and is none.
fn function(value: &Value) -> Option<&str> {
    let object = value.as_object().filter(|object| object.len() == 1)?;
    object.keys().next().map(String::as_str).filter(|name| name.starts_with("Std:"))
}

fn joined(path: &str, part: &str) -> String {
    if path.is_empty() { part.to_owned() } else { format!("{path}.{part}") }
}

/// The service names members in its messages with a small first letter.
fn lower_camel(member: &str) -> String {
    let mut characters = member.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "NULL_VALUE",
        Value::Bool(_) => "BOOLEAN_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "START_ARRAY",
        Value::Object(_) => "START_OBJECT",
    }
}

/// A value as the service quotes it: maps as `{a=b}`.
fn quoted(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Object(object) => {
            let parts: Vec<String> =
                object.iter().map(|(key, item)| format!("{key}={}", quoted(item))).collect();
            format!("{{{}}}", parts.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(quoted).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    };
    shortened(&text)
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
