//! Expressions at run time. Pure: whatever they need comes in through a [`Scope`].

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::expression::{ExecutionVariable, Expression, FileSource};
use super::policy::PropertyFile;
use crate::api::is_expression;

/// What expressions can see.
pub trait Scope {
    /// The value of a parameter.
    fn parameter(&self, name: &str) -> Option<Value>;
    /// The value of an execution variable.
    fn execution(&self, variable: ExecutionVariable) -> Option<Value>;
    /// The Describe response of a step's job, once it succeeded.
    fn step(&self, name: &str) -> Option<Value>;
    /// How a Condition step came out.
    fn outcome(&self, step: &str) -> Option<bool>;
    /// The declaration of a property file.
    fn property_file(&self, step: &str, name: &str) -> Option<PropertyFile>;
    /// The content of a file, or why it cannot be had; nothing if it was not read yet.
    fn file(&self, uri: &str) -> Option<Result<Value, String>>;
}

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvaluationError {
    /// These files must be read first; then ask again.
    NeedsFiles(Vec<String>),
    /// There will never be one; the text says why.
    Failed(String),
}

/// A template with every expression in it replaced by its value.
pub fn resolve(template: &Value, scope: &dyn Scope) -> Result<Value, EvaluationError> {
    let mut evaluator = Evaluator { scope, missing: Vec::new() };
    let value = evaluator.template(template).map_err(EvaluationError::Failed)?;
    evaluator.finish(value)
}

/// The value of one expression.
pub fn evaluate(expression: &Expression, scope: &dyn Scope) -> Result<Value, EvaluationError> {
    let mut evaluator = Evaluator { scope, missing: Vec::new() };
    let value = evaluator.expression(expression).map_err(EvaluationError::Failed)?;
    evaluator.finish(value)
}

/// A scalar as `Std:Join` writes it.
pub fn to_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

/// A time as `Execution.StartDateTime` gives it: RFC 3339 with milliseconds, in UTC.
pub fn time_value(time: Timestamp) -> Value {
    Value::String(time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

struct Evaluator<'a> {
    scope: &'a dyn Scope,
    /// Files that are not there yet; while there are any, values are placeholders.
    missing: Vec<String>,
}

impl Evaluator<'_> {
    fn finish(self, value: Value) -> Result<Value, EvaluationError> {
        if self.missing.is_empty() { Ok(value) } else { Err(EvaluationError::NeedsFiles(self.missing)) }
    }

    fn template(&mut self, template: &Value) -> Result<Value, String> {
        match template {
            Value::Object(_) if is_expression(template) => {
                let expression = Expression::parse(template)?;
                self.expression(&expression)
            }
            Value::Object(object) => object
                .iter()
                .map(|(key, value)| Ok((key.clone(), self.template(value)?)))
                .collect::<Result<Map<_, _>, String>>()
                .map(Value::Object),
            Value::Array(items) => {
                items.iter().map(|item| self.template(item)).collect::<Result<_, _>>().map(Value::Array)
            }
            scalar => Ok(scalar.clone()),
        }
    }

    fn expression(&mut self, expression: &Expression) -> Result<Value, String> {
        match expression {
            Expression::Literal(value) => Ok(value.clone()),
            Expression::Parameter(name) => {
                self.scope.parameter(name).ok_or_else(|| format!("Parameter '{name}' has no value"))
            }
            Expression::Execution(variable) => self
                .scope
                .execution(*variable)
                .ok_or_else(|| format!("Execution variable '{variable:?}' has no value in this step")),
            Expression::Outcome(step) => self
                .scope
                .outcome(step)
                .map(Value::Bool)
                .ok_or_else(|| format!("Condition step '{step}' has no outcome")),
            Expression::Property { step, path } => {
                let response = self
                    .scope
                    .step(step)
                    .ok_or_else(|| format!("Step '{step}' has no properties to refer to"))?;
                path.find(&response)
                    .cloned()
                    .ok_or_else(|| format!("Step '{step}' has no property {:?}", path.segments))
            }
            Expression::Join { on, values } => self.join(on, values),
            Expression::JsonGet { source, path } => {
                let uri = self.uri(source)?;
                if !self.missing.is_empty() {
                    // The URI may be a placeholder, unless it is one of the missing files itself.
                    if let FileSource::PropertyFile { .. } = source
                        && self.scope.file(&uri).is_none()
                        && !self.missing.contains(&uri)
                    {
                        self.missing.push(uri);
                    }
                    return Ok(Value::Null);
                }
                match self.scope.file(&uri) {
                    None => {
                        self.missing.push(uri);
                        Ok(Value::Null)
                    }
                    Some(Err(error)) => Err(format!("Could not read '{uri}': {error}")),
                    Some(Ok(content)) => path.find(&content).cloned().ok_or_else(|| {
                        format!("'{uri}' has nothing at the JSON path '{path}' of Std:JsonGet")
                    }),
                }
            }
        }
    }

    fn join(&mut self, on: &str, values: &[Expression]) -> Result<Value, String> {
        let mut texts = Vec::with_capacity(values.len());
        for value in values {
            let value = self.expression(value)?;
            match to_text(&value) {
                Some(text) => texts.push(text),
                None if !self.missing.is_empty() => {}
                None => return Err(format!("Std:Join can not join {value}")),
            }
        }
        Ok(Value::String(texts.join(on)))
    }

    fn uri(&mut self, source: &FileSource) -> Result<String, String> {
        let (step, name) = match source {
            FileSource::Uri(expression) => {
                let value = self.expression(expression)?;
                return to_text(&value)
                    .or_else(|| (!self.missing.is_empty()).then(String::new))
                    .ok_or_else(|| format!("Std:JsonGet can not read {value}"));
            }
            FileSource::PropertyFile { step, name } => (step, name),
        };
        let file = self
            .scope
            .property_file(step, name)
            .ok_or_else(|| format!("Step '{step}' has no property file '{name}'"))?;
        let response =
            self.scope.step(step).ok_or_else(|| format!("Step '{step}' has no property files yet"))?;
        let uri = response["ProcessingOutputConfig"]["Outputs"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|output| output["OutputName"] == file.output.as_str())
            .and_then(|output| output["S3Output"]["S3Uri"].as_str())
            .ok_or_else(|| {
                format!("Step '{step}' has no output '{}' for property file '{name}'", file.output)
            })?;
        Ok(format!("{}/{}", uri.trim_end_matches('/'), file.file.trim_start_matches('/')))
    }
}
