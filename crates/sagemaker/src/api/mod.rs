//! The public API's shapes as data, and checks against them.
//!
//! `model.gen.json` holds the facts of the public API model (types, members, lengths, patterns, enumerations) for the
//! operations this project uses. [`validate_request`], [`validate_response`] and [`validate_shape`] hold a JSON value
//! against it and report everything that is wrong, in the service's own words.

mod model;
mod problem;
mod validate;

use serde_json::Value;

pub(crate) use validate::is_expression;

pub use model::{Kind, Model, Operation, Shape, model};
pub use problem::{Problem, ProblemKind, describe};

/// Whether a scalar may be replaced by an expression (`{"Get": …}`, `{"Std:Join": …}`, `{"Std:JsonGet": …}`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expressions {
    /// As in the `Arguments` of a pipeline definition.
    Allowed,
    /// As in a request.
    Refused,
}

/// Checks a request of `operation`. An operation outside the model is a problem itself.
pub fn validate_request(operation: &str, value: &Value) -> Result<(), Vec<Problem>> {
    let found = model().operation(operation).ok_or_else(|| vec![Problem::unknown_operation(operation)])?;
    match &found.input {
        Some(shape) => refused(validate::check(found.service, shape, value, Expressions::Refused)),
        None => Ok(()),
    }
}

/// Checks a response of `operation`.
pub fn validate_response(operation: &str, value: &Value) -> Result<(), Vec<Problem>> {
    let found = model().operation(operation).ok_or_else(|| vec![Problem::unknown_operation(operation)])?;
    match &found.output {
        Some(shape) => refused(validate::check(found.service, shape, value, Expressions::Refused)),
        None => Ok(()),
    }
}

/// Checks a value against a SageMaker shape, such as `CreateTrainingJobRequest`.
pub fn validate_shape(shape: &str, value: &Value, expressions: Expressions) -> Result<(), Vec<Problem>> {
    let service = model().service("sagemaker").ok_or_else(|| vec![Problem::unknown_shape(shape)])?;
    if service.shape(shape).is_none() {
        return Err(vec![Problem::unknown_shape(shape)]);
    }
    refused(validate::check(service, shape, value, expressions))
}

/// What is odd about a value of a SageMaker shape without being refused: an instance type that the model does not list
/// (the list grows every month, so a newer type must not be refused).
pub fn warnings(shape: &str, value: &Value, expressions: Expressions) -> Vec<Problem> {
    let Some(service) = model().service("sagemaker").filter(|service| service.shape(shape).is_some()) else {
        return Vec::new();
    };
    let mut problems = validate::check(service, shape, value, expressions);
    problems.retain(|problem| problem.kind == ProblemKind::Warning);
    problems
}

fn refused(mut problems: Vec<Problem>) -> Result<(), Vec<Problem>> {
    problems.retain(|problem| problem.kind != ProblemKind::Warning);
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

#[cfg(test)]
mod tests;
