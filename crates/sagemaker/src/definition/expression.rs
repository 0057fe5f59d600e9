//! Expressions: what may stand where a definition wants a value.

use serde_json::Value;

use super::path::Path;

/// A value that is known now or at run time.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A scalar as it stands.
    Literal(Value),
    /// `{"Get": "Parameters.P"}`
    Parameter(String),
    /// `{"Get": "Execution.V"}`
    Execution(ExecutionVariable),
    /// `{"Get": "Steps.S.path"}`: a part of the step's Describe response.
    Property {
        /// The step.
        step: String,
        /// Where in the response.
        path: Path,
    },
    /// `{"Get": "Steps.S.Outcome"}` of a Condition step.
    Outcome(String),
    /// `{"Std:Join": {"On": …, "Values": […]}}`
    Join {
        /// What goes between the values.
        on: String,
        /// The values.
        values: Vec<Expression>,
    },
    /// `{"Std:JsonGet": {…, "Path": …}}`
    JsonGet {
        /// The file to read.
        source: FileSource,
        /// Where in the file.
        path: Path,
    },
}

/// The file that a `Std:JsonGet` reads.
#[derive(Debug, Clone, PartialEq)]
pub enum FileSource {
    /// A file declared in a step's `PropertyFiles`.
    PropertyFile {
        /// The step.
        step: String,
        /// The property file's name.
        name: String,
    },
    /// An S3 URI.
    Uri(Box<Expression>),
}

/// The variables of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExecutionVariable {
    /// When the execution began.
    StartDateTime,
    /// When the expression is evaluated.
    CurrentDateTime,
    /// The pipeline's name.
    PipelineName,
    /// The pipeline's ARN.
    PipelineArn,
    /// The last segment of the execution's ARN.
    PipelineExecutionId,
    /// The execution's ARN.
    PipelineExecutionArn,
    /// The name of the step's own training job.
    TrainingJobName,
    /// The name of the step's own processing job.
    ProcessingJobName,
}

impl ExecutionVariable {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "StartDateTime" => Self::StartDateTime,
            "CurrentDateTime" => Self::CurrentDateTime,
            "PipelineName" => Self::PipelineName,
            "PipelineArn" => Self::PipelineArn,
            "PipelineExecutionId" => Self::PipelineExecutionId,
            "PipelineExecutionArn" => Self::PipelineExecutionArn,
            "TrainingJobName" => Self::TrainingJobName,
            "ProcessingJobName" => Self::ProcessingJobName,
            _ => return None,
        })
    }
}

impl Expression {
    /// Reads a scalar or an expression. The error says what is wrong with it.
    pub fn parse(value: &Value) -> Result<Self, String> {
        let object = match value {
            Value::Object(object) => object,
            Value::Array(_) => return Err("Expected a value or an expression, found a list".to_owned()),
            scalar => return Ok(Self::Literal(scalar.clone())),
        };
        let mut entries = object.iter();
        let (Some((key, content)), None) = (entries.next(), entries.next()) else {
            return Err(format!(
                "Expected an expression of one key, found keys {:?}",
                object.keys().collect::<Vec<_>>()
            ));
        };
        match key.as_str() {
            "Get" => Self::get(content.as_str().ok_or("The content of 'Get' must be a string")?),
            "Std:Join" => Self::join(content),
            "Std:JsonGet" => Self::json_get(content),
            other => Err(format!("Unknown function '{other}'")),
        }
    }

    fn get(reference: &str) -> Result<Self, String> {
        let (root, rest) =
            reference.split_once('.').ok_or_else(|| format!("Invalid reference '{reference}'"))?;
        match root {
            "Parameters" => Ok(Self::Parameter(rest.to_owned())),
            "Execution" => ExecutionVariable::parse(rest)
                .map(Self::Execution)
                .ok_or_else(|| format!("Unknown execution variable '{reference}'")),
            "Steps" => {
                let (step, path) =
                    rest.split_once('.').ok_or_else(|| format!("Invalid step reference '{reference}'"))?;
                if path == "Outcome" {
                    return Ok(Self::Outcome(step.to_owned()));
                }
                let path =
                    Path::parse(path).map_err(|error| format!("Invalid reference '{reference}': {error}"))?;
                Ok(Self::Property { step: step.to_owned(), path })
            }
            "ForEach" => Err(format!("Reference '{reference}' is not supported by this endpoint")),
            _ => Err(format!("Invalid reference '{reference}'")),
        }
    }

    fn join(content: &Value) -> Result<Self, String> {
        let object = content.as_object().ok_or("The content of 'Std:Join' must be an object")?;
        if let Some(key) = object.keys().find(|key| !matches!(key.as_str(), "On" | "Values")) {
            return Err(format!("Unknown key '{key}' in 'Std:Join'"));
        }
        let on = object.get("On").and_then(Value::as_str).ok_or("'Std:Join' needs a string 'On'")?;
        let values =
            object.get("Values").and_then(Value::as_array).ok_or("'Std:Join' needs a list 'Values'")?;
        let values = values.iter().map(Self::parse).collect::<Result<_, _>>()?;
        Ok(Self::Join { on: on.to_owned(), values })
    }

    fn json_get(content: &Value) -> Result<Self, String> {
        let object = content.as_object().ok_or("The content of 'Std:JsonGet' must be an object")?;
        if let Some(key) =
            object.keys().find(|key| !matches!(key.as_str(), "PropertyFile" | "S3Uri" | "Path"))
        {
            return Err(format!("Unknown key '{key}' in 'Std:JsonGet'"));
        }
        let path = object.get("Path").and_then(Value::as_str).ok_or("'Std:JsonGet' needs a string 'Path'")?;
        let path = Path::parse(path).map_err(|error| format!("Invalid 'Path' in 'Std:JsonGet': {error}"))?;
        let source = match (object.get("PropertyFile"), object.get("S3Uri")) {
            (Some(file), None) => Self::property_file(file)?,
            (None, Some(uri)) => FileSource::Uri(Box::new(Self::parse(uri)?)),
            _ => return Err("'Std:JsonGet' needs either 'PropertyFile' or 'S3Uri'".to_owned()),
        };
        Ok(Self::JsonGet { source, path })
    }

    fn property_file(value: &Value) -> Result<FileSource, String> {
        let reference = value.get("Get").and_then(Value::as_str).unwrap_or_default();
        reference
            .strip_prefix("Steps.")
            .and_then(|rest| rest.split_once(".PropertyFiles."))
            .map(|(step, name)| FileSource::PropertyFile { step: step.to_owned(), name: name.to_owned() })
            .ok_or_else(|| format!("Invalid property file reference {value}"))
    }

    /// Calls `visit` with this expression and all inside it.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        match self {
            Self::Join { values, .. } => values.iter().for_each(|value| value.visit(visit)),
            Self::JsonGet { source: FileSource::Uri(uri), .. } => uri.visit(visit),
            _ => {}
        }
    }

    /// The step this expression itself (not one inside it) refers to.
    pub fn step(&self) -> Option<&str> {
        match self {
            Self::Property { step, .. }
            | Self::Outcome(step)
            | Self::JsonGet { source: FileSource::PropertyFile { step, .. }, .. } => Some(step),
            _ => None,
        }
    }
}
