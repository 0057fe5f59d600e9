//! What is wrong with a value, in the service's own words.

use std::fmt;

/// What sort of problem it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// A constraint of the model is not met: the service answers `ValidationException`.
    Constraint,
    /// The JSON type is wrong: the service answers `SerializationException`.
    Type,
    /// A member that the shape does not have.
    Unknown,
    /// Something in a pipeline definition that is not a matter of API shapes.
    Definition,
    /// Worth saying, not worth refusing.
    Warning,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: `resourceConfig.instanceCount`, `tags.1.member.key` (lists count from 1) for API shapes,
    /// `Steps[2].Arguments` for definitions.
    pub path: String,
    /// The whole sentence, path included.
    pub text: String,
    /// What sort of problem it is.
    pub kind: ProblemKind,
}

impl Problem {
    /// A problem of a pipeline definition at `path`.
    pub fn definition(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), kind: ProblemKind::Definition }
    }

    pub(crate) fn constraint(path: &str, value: &str, constraint: &str) -> Self {
        let shown = if value == "null" { "null".to_owned() } else { format!("'{value}'") };
        let text = format!("Value {shown} at '{path}' failed to satisfy constraint: {constraint}");
        Self { path: path.to_owned(), text, kind: ProblemKind::Constraint }
    }

    pub(crate) fn type_mismatch(path: &str, found: &str, expected: &str) -> Self {
        let text = format!("{found} at '{path}' can not be converted to {expected}");
        Self { path: path.to_owned(), text, kind: ProblemKind::Type }
    }

    pub(crate) fn unknown_member(path: &str, member: &str) -> Self {
        let place = if path.is_empty() { String::new() } else { format!(" at '{path}'") };
        let text = format!("Unknown argument '{member}'{place}");
        Self { path: path.to_owned(), text, kind: ProblemKind::Unknown }
    }

    pub(crate) fn unknown_function(path: &str, name: &str) -> Self {
        let text = format!("Unknown function '{name}' at '{path}'");
        Self { path: path.to_owned(), text, kind: ProblemKind::Unknown }
    }

    pub(crate) fn unknown_operation(operation: &str) -> Self {
        let text = format!("Unknown operation '{operation}'");
        Self { path: String::new(), text, kind: ProblemKind::Unknown }
    }

    pub(crate) fn unknown_shape(shape: &str) -> Self {
        Self { path: String::new(), text: format!("Unknown shape '{shape}'"), kind: ProblemKind::Unknown }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// All problems as the message of one exception: `2 validation errors detected: …; …`.
pub fn describe(problems: &[Problem]) -> String {
    let plural = if problems.len() == 1 { "error" } else { "errors" };
    let texts: Vec<&str> = problems.iter().map(|problem| problem.text.as_str()).collect();
    format!("{} validation {plural} detected: {}", problems.len(), texts.join("; "))
}
