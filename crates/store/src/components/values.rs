//! A configuration's values, with the secret ones apart, and the references to secrets in them.

use secrecy::SecretString;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

use super::{Flavor, Problem};

/// Values for the fields of a flavor.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// What may be shown.
    pub configuration: Map<String, Value>,
    /// What may not; `Debug` hides it.
    pub secrets: BTreeMap<String, SecretString>,
}

impl Values {
    /// Reads text as it is typed on a command line: what can be read, and everything that is wrong with the rest.
    pub fn read<'a>(
        flavor: &Flavor,
        texts: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> (Self, Vec<Problem>) {
        let (mut values, mut problems) = (Self::default(), Vec::new());
        for (name, text) in texts {
            let Some(field) = flavor.field(name) else {
                problems.push(flavor.unknown(name));
                continue;
            };
            if !field.setting && !references(text).is_empty() {
                values.configuration.insert(name.to_owned(), text.into());
            } else if field.secret {
                match field.form.read(text) {
                    Ok(_) => drop(values.secrets.insert(name.to_owned(), text.into())),
                    Err(_) => problems.push(Problem::new(format!("`{name}` is not {}", field.form.name()))),
                }
            } else {
                match field.form.read(text) {
                    Ok(value) => drop(values.configuration.insert(name.to_owned(), value)),
                    Err(expected) => problems.push(Problem::new(format!("`{name}` {expected}: `{text}`"))),
                }
            }
        }
        (values, problems)
    }

    /// Everything that is wrong with the values taken together.
    pub fn problems(&self, flavor: &Flavor) -> Vec<Problem> {
        let secrets: BTreeSet<&str> = self.secrets.keys().map(String::as_str).collect();
        flavor.problems(&self.configuration, &secrets)
    }

    /// Lays other values over these; a field is either secret or a reference, never both.
    pub fn merge(&mut self, later: Values) {
        for (name, value) in later.configuration {
            self.secrets.remove(&name);
            self.configuration.insert(name, value);
        }
        for (name, value) in later.secrets {
            self.configuration.remove(&name);
            self.secrets.insert(name, value);
        }
    }

    /// Removes a value; says whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        let shown = self.configuration.remove(name).is_some();
        self.secrets.remove(name).is_some() || shown
    }
}

/// A `{{name.key}}` in a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The whole of it, with the braces.
    pub text: String,
    /// The secret's name.
    pub secret: String,
    /// The key in the secret.
    pub key: String,
}

/// The references in a text, in their order.
pub fn references(text: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((inside, after)) = after.split_once("}}") else { break };
        if let Some((secret, key)) = inside.trim().split_once('.')
            && !secret.is_empty()
            && !key.is_empty()
        {
            found.push(Reference {
                text: format!("{{{{{inside}}}}}"),
                secret: secret.to_owned(),
                key: key.to_owned(),
            });
        }
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_and_braces_of_json_are_not() {
        let found = references("a {{ aws.id }} b {{aws.key}} {{nothing}}");
        let names: Vec<_> = found.iter().map(|it| (it.secret.as_str(), it.key.as_str())).collect();
        assert_eq!(names, [("aws", "id"), ("aws", "key")]);
        assert_eq!(found[0].text, "{{ aws.id }}");
        assert_eq!(references(r#"{"a": {"b": "1"}}"#), []);
    }
}
