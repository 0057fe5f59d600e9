//! Reading JSON objects key by key, collecting what is wrong.

use serde_json::{Map, Value};

use crate::api::Problem;

/// Collects problems while a definition is read.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) problems: Vec<Problem>,
}

impl Reader {
    /// Notes a problem at `place`.
    pub(super) fn problem(&mut self, place: &str, text: impl AsRef<str>) {
        self.problems.push(Problem::definition(place, format!("{} at {place}", text.as_ref())));
    }

    /// The value as an object, or a problem.
    pub(super) fn object<'a>(&mut self, place: &str, value: &'a Value) -> Option<&'a Map<String, Value>> {
        let object = value.as_object();
        if object.is_none() {
            self.problem(place, "Expected an object");
        }
        object
    }

    /// The value as a list, or a problem.
    pub(super) fn list<'a>(&mut self, place: &str, value: &'a Value) -> &'a [Value] {
        if let Some(list) = value.as_array() {
            return list;
        }
        self.problem(place, "Expected a list");
        &[]
    }

    /// Every key outside `known` is a problem.
    pub(super) fn known_keys(&mut self, place: &str, object: &Map<String, Value>, known: &[&str]) {
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            self.problem(place, format!("Unknown key '{key}'"));
        }
    }

    /// A member that must be text.
    pub(super) fn text<'a>(
        &mut self,
        place: &str,
        object: &'a Map<String, Value>,
        key: &str,
    ) -> Option<&'a str> {
        if object.get(key).is_none_or(Value::is_null) {
            self.problem(place, format!("Missing key '{key}'"));
            return None;
        }
        self.optional_text(place, object, key)
    }

    /// A member that may be absent, and else must be text.
    pub(super) fn optional_text<'a>(
        &mut self,
        place: &str,
        object: &'a Map<String, Value>,
        key: &str,
    ) -> Option<&'a str> {
        let value = object.get(key).filter(|value| !value.is_null())?;
        let text = value.as_str();
        if text.is_none() {
            self.problem(place, format!("Key '{key}' must be a string"));
        }
        text
    }

    /// A member that must match `[A-Za-z0-9\-_]{1,64}`.
    pub(super) fn name(&mut self, place: &str, object: &Map<String, Value>, key: &str) -> Option<String> {
        let name = self.text(place, object, key)?;
        if name.is_empty() || name.chars().count() > 64 {
            self.problem(place, format!("{key} '{name}' must have 1 to 64 characters"));
        } else if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
            self.problem(place, format!("{key} '{name}' must match [A-Za-z0-9\\-_]{{1,64}}"));
        }
        Some(name.to_owned())
    }
}
