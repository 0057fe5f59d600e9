//! A flavor: one way to be a component, with its fields and how they go together.

use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt;

use super::values::references;
use super::{Field, Kind, Need};

/// One way to be a component of a kind.
#[derive(Clone, Debug, Serialize)]
pub struct Flavor {
    /// The kind of component.
    pub kind: Kind,
    /// The flavor's name, such as `sagemaker`.
    pub name: &'static str,
    /// What it is, in one line.
    pub description: &'static str,
    /// Its fields, the important ones first.
    pub fields: Vec<Field>,
    /// Groups of fields of which either all or none have a value.
    #[serde(skip)]
    pub together: &'static [&'static [&'static str]],
    /// Pairs of fields of which at most one has a value.
    #[serde(skip)]
    pub apart: &'static [[&'static str; 2]],
}

/// One thing that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub message: String,
    /// The way out, where there is one to name.
    pub hint: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl Problem {
    /// A problem without a hint.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// Adds the way out.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl Flavor {
    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Everything that is wrong with a configuration; `secrets` names the secret fields that have a value elsewhere.
    pub fn problems(&self, configuration: &Map<String, Value>, secrets: &BTreeSet<&str>) -> Vec<Problem> {
        let mut found = Vec::new();
        for (name, value) in configuration {
            match self.field(name) {
                None => found.push(self.unknown(name)),
                Some(field) if field.setting && !references(&value.to_string()).is_empty() => found.push(
                    Problem::new(format!("`{name}` refers to a secret"))
                        .hint("settings stand in the pipeline's definition, where everybody can read them"),
                ),
                // A reference stands for a text that is known only when the stack is opened.
                Some(_) if value.as_str().is_some_and(|text| !references(text).is_empty()) => {}
                Some(field) => {
                    if let Err(expected) = field.form.check(value) {
                        let shown =
                            if field.secret { String::new() } else { format!(": `{}`", plain(value)) };
                        found.push(Problem::new(format!("`{name}` {expected}{shown}")));
                    }
                }
            }
        }
        let has = |name: &str| configuration.contains_key(name) || secrets.contains(name);
        for field in self.fields.iter().filter(|field| field.need == Need::Required && !has(&field.name)) {
            found.push(Problem::new(format!("`{}` is missing", field.name)).hint(format!(
                "`--{}` is {}",
                field.flag(),
                field.form.name()
            )));
        }
        for group in self.together {
            let (given, missing): (Vec<&str>, Vec<&str>) = group.iter().copied().partition(|name| has(name));
            if !given.is_empty() && !missing.is_empty() {
                found.push(Problem::new(format!("`{}` needs `{}` as well", given[0], missing[0])));
            }
        }
        for [one, other] in self.apart.iter().filter(|[one, other]| has(one) && has(other)) {
            found.push(Problem::new(format!("`{one}` and `{other}` cannot be given together")));
        }
        found
    }

    /// The fields without which nothing can be run and which have no value.
    pub fn missing_to_run(&self, configuration: &Map<String, Value>) -> Vec<&Field> {
        let fields = self.fields.iter();
        fields
            .filter(|field| field.need == Need::ToRun && !configuration.contains_key(field.name.as_ref()))
            .collect()
    }

    /// The problem of a field that this flavor does not have.
    pub fn unknown(&self, name: &str) -> Problem {
        let names: Vec<_> = self.fields.iter().map(|field| field.name.as_ref()).collect();
        let hint = if names.is_empty() {
            "it has no fields".to_owned()
        } else {
            format!("its fields are: {}", names.join(", "))
        };
        Problem::new(format!("{} flavor `{}` has no field `{name}`", self.kind.noun(), self.name)).hint(hint)
    }
}

/// A value as people write it.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
