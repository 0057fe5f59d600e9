//! Why a step cannot start. Each becomes a cause of kind `Setup`.

use std::path::PathBuf;

use sagewright_store::{Cause, CauseKind};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the environment variable `{name}` cannot be used: {reason}")]
    Variable { name: &'static str, reason: &'static str },

    #[error("this is not a SageMaker job: neither TRAINING_JOB_NAME nor `{}` is there", config.display())]
    NoJob { config: PathBuf },

    #[error("`{}` does not name its job", path.display())]
    JobConfig { path: PathBuf },

    #[error("the artifact store cannot be opened")]
    Store(#[source] sagewright_store::Error),

    #[error("the record of this attempt cannot be written")]
    Record(#[source] sagewright_store::Error),

    #[error("the pipeline's spec cannot be fetched")]
    Spec(#[source] sagewright_store::Error),

    #[error("the pipeline's spec cannot be read: {0}")]
    SpecContent(String),

    #[error("the pipeline has no step `{step}`")]
    NoStep { step: String },

    #[error("the step `{step}` has no command")]
    NoCommand { step: String },

    #[error("the code cannot be fetched")]
    Code(#[source] sagewright_store::Error),

    #[error("the code archive cannot be unpacked")]
    Unpack(#[source] std::io::Error),

    #[error("input `{argument}` is not there: step `{step}` has not succeeded in this run")]
    NoProducer { argument: String, step: String },

    #[error("input `{argument}` is not there: step `{step}` stored no output `{output}`")]
    NoOutput { argument: String, step: String, output: String },

    #[error("input `{argument}` cannot be fetched")]
    Input {
        argument: String,
        #[source]
        source: sagewright_store::Error,
    },

    #[error("input `{argument}` needs the pipeline parameter `{parameter}`, which has no value")]
    NoParameter { argument: String, parameter: String },

    #[error("the pipeline parameter `{parameter}` is not of type {kind}: `{value}`")]
    ParameterType { parameter: String, kind: sagewright_spec::ParameterType, value: String },

    #[error("command not found: `{program}`")]
    CommandNotFound { program: String, path: String },

    #[error("the worker cannot be started: `{program}`")]
    Spawn {
        program: String,
        #[source]
        source: std::io::Error,
    },

    #[error("cannot write `{}`", path.display())]
    Work {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },

    #[error("output data cannot be uploaded to `{uri}`")]
    OutputData {
        uri: String,
        #[source]
        source: sagewright_store::Error,
    },
}

impl Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Store(source)
            | Self::Record(source)
            | Self::Spec(source)
            | Self::Code(source)
            | Self::Input { source, .. }
            | Self::OutputData { source, .. } => match self {
                Self::Code(source) if source.is_not_found() => {
                    Some("the code was deleted from the artifact store: submit the pipeline again".to_owned())
                }
                _ => source.hint().map(str::to_owned),
            },
            Self::NoStep { .. } | Self::NoCommand { .. } | Self::SpecContent(_) => {
                Some("the job and the spec do not belong together: submit the pipeline again".to_owned())
            }
            Self::CommandNotFound { program, path } => Some(format!(
                "`{program}` must be in the image (or, for a run on this machine, in the environment the run \
                 was started from); looked in {path}"
            )),
            Self::NoProducer { step, .. } => {
                Some(format!("run `{step}` again, or check whether its record was deleted"))
            }
            Self::NoJob { .. } | Self::Variable { .. } => {
                Some("sagewright-step is started by SageMaker, not by hand".to_owned())
            }
            _ => None,
        }
    }
}

impl From<Error> for Cause {
    fn from(error: Error) -> Self {
        let mut cause = Self::new(CauseKind::Setup, chain(&error));
        cause.hint = error.hint();
        cause
    }
}

/// An error and everything below it in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
