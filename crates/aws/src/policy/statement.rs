//! One statement of a policy.

use serde_json::{Map, Value, json};

/// Actions on resources, under a condition at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// A name that says what it is for.
    pub sid: &'static str,
    /// The actions, such as `sagemaker:CreatePipeline`.
    pub actions: Vec<&'static str>,
    /// The resources' ARNs; may contain `*`.
    pub resources: Vec<String>,
    /// The service that a role may be passed to.
    pub passed_to: Option<&'static str>,
    /// The tag keys by which pipelines are known; no condition where empty.
    pub conditions: Vec<(&'static str, &'static str, String)>,
}

impl Statement {
    pub(super) fn new<const N: usize>(
        sid: &'static str,
        actions: [&'static str; N],
        resources: impl IntoIterator<Item = String>,
    ) -> Self {
        Self {
            sid,
            actions: actions.to_vec(),
            resources: resources.into_iter().collect(),
            passed_to: None,
            conditions: Vec::new(),
        }
    }

    /// Limits `iam:PassRole` to one service.
    pub(super) fn passed_to(mut self, service: &'static str) -> Self {
        self.passed_to = Some(service);
        self
    }

    /// Adds a condition: operator, key, value.
    pub(super) fn when(
        mut self,
        operator: &'static str,
        key: &'static str,
        value: impl Into<String>,
    ) -> Self {
        self.conditions.push((operator, key, value.into()));
        self
    }

    pub(super) fn to_json(&self) -> Value {
        let mut statement = Map::new();
        statement.insert("Sid".into(), json!(self.sid));
        statement.insert("Effect".into(), json!("Allow"));
        statement.insert("Action".into(), json!(self.actions));
        statement.insert("Resource".into(), json!(self.resources));
        let mut conditions = Map::new();
        if let Some(service) = self.passed_to {
            conditions.insert("StringEquals".into(), json!({"iam:PassedToService": service}));
        }
        for (operator, key, value) in &self.conditions {
            let keys = conditions.entry(*operator).or_insert_with(|| json!({}));
            keys[*key] = json!(value);
        }
        if !conditions.is_empty() {
            statement.insert("Condition".into(), conditions.into());
        }
        statement.into()
    }

    /// The resources with every `*` filled in, as a simulation wants them.
    pub(crate) fn examples(&self) -> Vec<String> {
        self.resources
            .iter()
            .map(|arn| if arn == "*" { arn.clone() } else { arn.replace('*', "sagewright-doctor") })
            .collect()
    }
}
