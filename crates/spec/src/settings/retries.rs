//! When the service starts a job again by itself.

use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The built-in policies, none, or the user's own.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Retries {
    /// The built-in policies (true), or none (false).
    Switch(bool),
    /// These policies and no others.
    Policies(Vec<RetryPolicy>),
}

/// One policy; the names are those of the SageMaker SDK.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryPolicy {
    /// What it is for, such as `SageMaker.CAPACITY_ERROR`.
    pub exception_types: Vec<String>,
    /// Wait before the first retry, in seconds; the service's default is 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_seconds: Option<i64>,
    /// Factor from one wait to the next; the service's default is 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backoff_rate: Option<f64>,
    /// How many retries; excludes the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<i64>,
    /// Retries end this many minutes after the step began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expire_after_mins: Option<i64>,
}

impl<'de> Deserialize<'de> for Retries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RetriesVisitor)
    }
}

struct RetriesVisitor;

impl<'de> Visitor<'de> for RetriesVisitor {
    type Value = Retries;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("true, false, a retry policy or a list of them")
    }

    fn visit_bool<E: de::Error>(self, switch: bool) -> Result<Retries, E> {
        Ok(Retries::Switch(switch))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Retries, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Retries::Policies)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Retries, A::Error> {
        let policy = RetryPolicy::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Retries::Policies(vec![policy]))
    }
}
