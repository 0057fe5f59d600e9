//! What the values of a field look like: reading them from text, checking them, naming them.

use serde::Serialize;
use serde_json::{Map, Value};

/// What the values of a field look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", content = "choices", rename_all = "kebab-case")]
pub enum Form {
    /// Any text.
    Text,
    /// A whole number; null where the setting knows it.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// One of some words.
    Choice(&'static [&'static str]),
    /// Text under names: JSON, or `name=value,name=value`.
    Map,
    /// One text, or text under names.
    TextOrMap,
    /// Texts: JSON, or separated by commas.
    List,
    /// Any JSON.
    Json,
    /// ARN of an IAM role.
    RoleArn,
    /// `s3://bucket/prefix`.
    S3Uri,
    /// Name of an AWS region.
    Region,
    /// `http://` or `https://` address.
    Url,
    /// Number of an AWS account.
    Account,
}

impl Form {
    /// Reads a value as it is typed on a command line. The error says what was expected.
    pub fn read(self, text: &str) -> Result<Value, String> {
        let value = match self {
            Form::Integer if matches!(text, "null" | "None" | "none") => Value::Null,
            Form::Integer => {
                Value::from(text.trim().parse::<i64>().map_err(|_| "is no whole number".to_owned())?)
            }
            Form::Boolean => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => Value::Bool(true),
                "false" | "no" | "0" => Value::Bool(false),
                _ => return Err("is neither `true` nor `false`".to_owned()),
            },
            Form::Json => serde_json::from_str(text).map_err(|error| format!("is no JSON: {error}"))?,
            Form::Map => map(text)?,
            Form::List if text.trim_start().starts_with('[') => {
                serde_json::from_str(text).map_err(|error| format!("is no JSON: {error}"))?
            }
            Form::List => text.split(',').map(|item| Value::from(item.trim())).collect(),
            Form::TextOrMap if text.trim_start().starts_with('{') => map(text)?,
            _ => Value::String(text.to_owned()),
        };
        self.check(&value).map(|()| value)
    }

    /// Checks a value. The error says what was expected.
    pub fn check(self, value: &Value) -> Result<(), String> {
        let held = match self {
            Form::Json => true,
            Form::Integer => value.is_i64() || value.is_u64() || value.is_null(),
            Form::Boolean => value.is_boolean(),
            Form::Map => is_map(value),
            Form::List => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
            Form::TextOrMap => value.is_string() || is_map(value),
            _ => value.as_str().is_some_and(|text| self.matches(text)),
        };
        if held { Ok(()) } else { Err(format!("is not {}", self.name())) }
    }

    fn matches(self, text: &str) -> bool {
        let of = |allowed: fn(char) -> bool| !text.is_empty() && text.chars().all(allowed);
        match self {
            Form::Choice(choices) => choices.contains(&text),
            Form::RoleArn => {
                let parts: Vec<_> = text.splitn(6, ':').collect();
                matches!(parts.as_slice(), ["arn", partition, "iam", "", account, role]
                    if partition.starts_with("aws") && Form::Account.matches(account)
                        && role.strip_prefix("role/").is_some_and(|name| !name.is_empty()))
            }
            Form::S3Uri => {
                let bucket = text.strip_prefix("s3://").and_then(|rest| rest.split('/').next());
                bucket.is_some_and(|bucket| {
                    (3..=63).contains(&bucket.len())
                        && bucket.chars().all(|it| {
                            it.is_ascii_lowercase() || it.is_ascii_digit() || matches!(it, '-' | '.')
                        })
                })
            }
            Form::Region => {
                of(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-')
                    && text.split('-').count() >= 3
                    && text.ends_with(|it: char| it.is_ascii_digit())
            }
            Form::Url => {
                let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
                host.is_some_and(|host| !host.is_empty() && !host.contains(char::is_whitespace))
            }
            Form::Account => text.len() == 12 && of(|it| it.is_ascii_digit()),
            _ => !text.trim().is_empty(),
        }
    }

    /// What a value is called, with its article.
    pub fn name(self) -> String {
        match self {
            Form::Text => "a text".to_owned(),
            Form::Integer => "a whole number".to_owned(),
            Form::Boolean => "`true` or `false`".to_owned(),
            Form::Choice(choices) => format!("one of {}", choices.join(", ")),
            Form::Map => "a map such as `{\"name\": \"value\"}` or `name=value,other=value`".to_owned(),
            Form::TextOrMap => "a text or a map such as `{\"name\": \"value\"}`".to_owned(),
            Form::List => "a list such as `one,other`".to_owned(),
            Form::Json => "JSON".to_owned(),
            Form::RoleArn => "the ARN of a role such as `arn:aws:iam::123456789012:role/NAME`".to_owned(),
            Form::S3Uri => "an S3 address such as `s3://bucket/folder`".to_owned(),
            Form::Region => "an AWS region such as `eu-west-1`".to_owned(),
            Form::Url => "an address such as `https://host:port`".to_owned(),
            Form::Account => "an AWS account number of 12 digits".to_owned(),
        }
    }
}

fn is_map(value: &Value) -> bool {
    value.as_object().is_some_and(|map| map.values().all(Value::is_string))
}

fn map(text: &str) -> Result<Value, String> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|error| format!("is no JSON: {error}"));
    }
    let entries = text.split(',').filter(|entry| !entry.is_empty()).map(|entry| {
        let (name, value) = entry.split_once('=').ok_or_else(|| format!("is not {}", Form::Map.name()))?;
        Ok((name.trim().to_owned(), Value::from(value)))
    });
    entries.collect::<Result<Map<_, _>, String>>().map(Value::Object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn text_becomes_typed_values() {
        for (form, text, expected) in [
            (Form::Integer, "30", json!(30)),
            (Form::Integer, "None", json!(null)),
            (Form::Boolean, "False", json!(false)),
            (Form::Map, "a=1,b=x=y", json!({"a": "1", "b": "x=y"})),
            (Form::Map, r#"{"a": "1"}"#, json!({"a": "1"})),
            (Form::TextOrMap, "s3://a/b", json!("s3://a/b")),
            (Form::TextOrMap, r#"{"train": "s3://a"}"#, json!({"train": "s3://a"})),
            (Form::List, "a, b", json!(["a", "b"])),
            (Form::Json, "[1]", json!([1])),
        ] {
            assert_eq!(form.read(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_said() {
        for (form, text) in [
            (Form::Integer, "many"),
            (Form::Boolean, "maybe"),
            (Form::Map, "alone"),
            (Form::RoleArn, "arn:aws:iam::123:role/x"),
            (Form::RoleArn, "arn:aws:iam::123456789012:user/x"),
            (Form::S3Uri, "/data"),
            (Form::S3Uri, "s3://Under_Score/x"),
            (Form::Region, "europe"),
            (Form::Url, "localhost:80"),
            (Form::Account, "12345"),
            (Form::Choice(&["a", "b"]), "c"),
            (Form::Text, " "),
        ] {
            assert!(form.read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn roles_of_every_partition_and_path_pass() {
        for arn in ["arn:aws:iam::123456789012:role/x", "arn:aws-cn:iam::123456789012:role/service-role/x"] {
            assert_eq!(Form::RoleArn.check(&json!(arn)), Ok(()));
        }
    }
}
