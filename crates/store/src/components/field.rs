//! One field of a component's configuration.

use serde::Serialize;
use std::borrow::Cow;

use super::Form;

/// When a field must have a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// Never.
    Optional,
    /// From the first run on; the component can be registered without it.
    ToRun,
    /// Always.
    Required,
}

/// One field of a component's configuration, described once for everything that has to do with it.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// Its name in the configuration; the flag has hyphens in place of underscores.
    pub name: Cow<'static, str>,
    /// What its values look like.
    #[serde(flatten)]
    pub form: Form,
    /// When it must have a value.
    pub need: Need,
    /// Whether its value is encrypted and never shown.
    pub secret: bool,
    /// Whether it is a default for a setting of pipelines and steps; such fields are not asked for.
    pub setting: bool,
    /// What it means, in one line.
    pub description: Cow<'static, str>,
}

impl Field {
    /// An optional field.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        form: Form,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        let (name, description) = (name.into(), description.into());
        Self { name, form, need: Need::Optional, secret: false, setting: false, description }
    }

    /// Makes it one that must always have a value.
    #[must_use]
    pub fn required(self) -> Self {
        Self { need: Need::Required, ..self }
    }

    /// Makes it one that must have a value when something is run.
    #[must_use]
    pub fn needed_to_run(self) -> Self {
        Self { need: Need::ToRun, ..self }
    }

    /// Makes it one that is encrypted and never shown.
    #[must_use]
    pub fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    /// Makes it a default of a setting.
    #[must_use]
    pub fn setting(self) -> Self {
        Self { setting: true, ..self }
    }

    /// Its flag on the command line, without the two hyphens in front.
    pub fn flag(&self) -> String {
        self.name.replace('_', "-")
    }
}
