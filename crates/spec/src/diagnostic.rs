//! A problem in the user's pipeline, as data and as text for people.

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::{Code, Pipeline, Source, Step};

/// One problem: what is wrong, where, and the way out.
///
/// `Display` writes it for people, over several lines, the same everywhere:
///
/// ```text
/// error[P0014]: step `train` reads from a step that does not exist: `laod`
///  --> run.py:12 (step `train`, field `inputs.data`)
/// hint: did you mean `load`?
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Stable code.
    pub code: Code,
    /// What is wrong, in one line.
    pub message: String,
    /// The way out, when there is one to name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The step it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// Path of the field it is about, from the step or, without a step, from the pipeline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Where in the user's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

impl Diagnostic {
    /// Makes a problem that is not yet tied to a place.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Diagnostic { code, message: message.into(), hint: None, step: None, field: None, source: None }
    }

    /// Adds the way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds a hint that names what was probably meant, when there is such a name.
    #[must_use]
    pub fn suggest(self, name: Option<&str>) -> Self {
        match name {
            Some(name) => self.hint(format!("did you mean `{name}`?")),
            None => self,
        }
    }

    /// Adds the field.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Adds the step, with its place in the user's code.
    #[must_use]
    pub fn step(mut self, step: &Step) -> Self {
        self.step = Some(step.name.clone());
        self.source.clone_from(&step.source);
        self
    }

    /// Adds the pipeline's place in the user's code.
    #[must_use]
    pub fn pipeline(mut self, pipeline: &Pipeline) -> Self {
        self.source.clone_from(&pipeline.source);
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "error[{}]: {}", self.code, self.message)?;
        let about = match (&self.step, &self.field) {
            (Some(step), Some(field)) => Some(format!("step `{step}`, field `{field}`")),
            (Some(step), None) => Some(format!("step `{step}`")),
            (None, Some(field)) => Some(format!("field `{field}`")),
            (None, None) => None,
        };
        match (&self.source, about) {
            (Some(source), Some(about)) => {
                write!(formatter, "\n --> {}:{} ({about})", source.file, source.line)?;
            }
            (Some(source), None) => write!(formatter, "\n --> {}:{}", source.file, source.line)?,
            (None, Some(about)) => write!(formatter, "\n --> {about}")?,
            (None, None) => {}
        }
        match &self.hint {
            Some(hint) => write!(formatter, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Writes all problems for people, with an empty line between them and a newline at the end.
pub fn render(diagnostics: &[Diagnostic]) -> String {
    let mut text = diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n");
    if !text.is_empty() {
        text.push('\n');
    }
    text
}
