//! `processor_args` and `estimator_args`: the keyword arguments of the SageMaker SDK's `Processor` and `Estimator`.
//!
//! Most are another name of a setting, and are read as that setting. Those that stand for nothing but a
//! member of the request are passed on; what belongs to Sagewright is refused with the way out. The names are
//! those of the SDK's version 2.

mod estimator;
mod processor;

use serde_json::{Map, Value};
use std::collections::BTreeMap;

use crate::Settings;

/// What an argument stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A setting of this name.
    Setting(&'static str),
    /// Several settings, as a map of them.
    Settings(&'static [&'static str]),
    /// A member of the request that has no setting; the path to it, with dots.
    Request(&'static str),
    /// Not possible: why, and the way out.
    Refused(&'static str, &'static str),
}

/// An argument of one of the two classes.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// Its keyword.
    pub name: &'static str,
    /// What it stands for.
    pub meaning: Meaning,
}

/// The two classes whose arguments are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentsOf {
    /// `processor_args`, for processing jobs.
    Processor,
    /// `estimator_args`, for training jobs.
    Estimator,
}

impl ArgumentsOf {
    /// Both classes.
    pub const ALL: [ArgumentsOf; 2] = [ArgumentsOf::Processor, ArgumentsOf::Estimator];

    /// Returns the setting that holds them.
    pub fn field(self) -> &'static str {
        match self {
            ArgumentsOf::Processor => "processor_args",
            ArgumentsOf::Estimator => "estimator_args",
        }
    }

    /// Returns all arguments of the class, in the order of its signature.
    pub fn known(self) -> &'static [Argument] {
        match self {
            ArgumentsOf::Processor => processor::ARGUMENTS,
            ArgumentsOf::Estimator => estimator::ARGUMENTS,
        }
    }

    /// Returns the argument of that name.
    pub fn find(self, name: &str) -> Option<&'static Argument> {
        self.known().iter().find(|argument| argument.name == name)
    }

    /// Returns the arguments that these settings hold.
    pub fn of(self, settings: &Settings) -> &BTreeMap<String, Value> {
        match self {
            ArgumentsOf::Processor => &settings.processor_args,
            ArgumentsOf::Estimator => &settings.estimator_args,
        }
    }

    /// Returns the settings that the arguments stand for. What cannot be read was reported by the checks and is
    /// left out.
    pub fn settings(self, settings: &Settings) -> Settings {
        let mut read = Settings::default();
        for (name, value) in self.of(settings) {
            if let Some(Ok(one)) = self.find(name).and_then(|argument| argument.read(value)) {
                read = read.merge(&one);
            }
        }
        read
    }

    /// Returns these settings with those that the arguments stand for laid over them.
    #[must_use]
    pub fn lay_over(self, settings: &Settings) -> Settings {
        if self.of(settings).is_empty() { settings.clone() } else { settings.merge(&self.settings(settings)) }
    }
}

impl Argument {
    /// Reads a value as the settings it stands for; nothing when it stands for none, or says nothing.
    pub fn read(&self, value: &Value) -> Option<Result<Settings, String>> {
        let fields: Map<String, Value> = match self.meaning {
            // `None` is the SDK's way to leave an argument out; for this setting it means off.
            Meaning::Setting(field) if !value.is_null() || field == "keep_alive_period_in_seconds" => {
                Map::from_iter([(field.to_owned(), normal(field, value))])
            }
            Meaning::Settings(known) if !value.is_null() => match value.as_object() {
                Some(fields) => {
                    if let Some(unknown) = fields.keys().find(|field| !known.contains(&field.as_str())) {
                        return Some(Err(format!("it has no `{unknown}`; known are {}", known.join(", "))));
                    }
                    fields.clone()
                }
                None => return Some(Err(format!("it takes a map of {}", known.join(", ")))),
            },
            _ => return None,
        };
        let read = serde_json::from_value(Value::Object(fields));
        Some(read.map_err(|error: serde_json::Error| error.to_string()))
    }
}

/// The SDK takes tags also in the form of the API: a list of keys and values.
fn normal(field: &str, value: &Value) -> Value {
    let (true, Some(list)) = (field == "tags", value.as_array()) else { return value.clone() };
    let tag = |tag: &Value| Some((tag.get("Key")?.as_str()?.to_owned(), tag.get("Value")?.clone()));
    list.iter().map(tag).collect::<Option<Map<_, _>>>().map_or_else(|| value.clone(), Value::Object)
}
