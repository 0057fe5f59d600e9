//! An error as a service answers it.

use std::borrow::Cow;

use sagewright_sagemaker::api;

use crate::engine;

/// Name, status and text of an error on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceError {
    pub(crate) code: Cow<'static, str>,
    pub(crate) status: u16,
    pub(crate) message: String,
}

impl ServiceError {
    pub(crate) fn new(code: &'static str, status: u16, message: impl Into<String>) -> Self {
        Self { code: Cow::Borrowed(code), status, message: message.into() }
    }

    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationException", 400, message)
    }

    /// A fault of the endpoint; the cause goes to the endpoint's own log as well.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal failure");
        Self::new("InternalFailure", 500, cause.to_string())
    }

    pub(crate) fn unknown_operation(operation: &str) -> Self {
        Self::new("UnknownOperationException", 400, format!("unknown operation `{operation}`"))
    }
}

impl From<engine::Error> for ServiceError {
    fn from(error: engine::Error) -> Self {
        if error.status() >= 500 {
            tracing::error!(%error, "internal failure");
        }
        let mut message = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            message = format!("{message}: {cause}");
            source = cause.source();
        }
        Self { code: Cow::Borrowed(error.code()), status: error.status(), message }
    }
}

impl From<Vec<api::Problem>> for ServiceError {
    fn from(problems: Vec<api::Problem>) -> Self {
        let is_type = |problem: &api::Problem| problem.kind == api::ProblemKind::Type;
        if let Some(problem) = problems.iter().find(|problem| is_type(problem)) {
            return Self::new("SerializationException", 400, problem.text.clone());
        }
        Self::validation(api::describe(&problems))
    }
}
