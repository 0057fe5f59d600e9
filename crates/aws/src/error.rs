//! What can go wrong between this machine and the AWS API.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// A call to the AWS API that did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The service answered with an error of its own.
    #[error("{operation} was refused with {code}: {message}")]
    Refused {
        /// The API operation, in SageMaker's spelling.
        operation: &'static str,
        /// The service's error code, such as `ValidationException`.
        code: String,
        /// The service's own words.
        message: String,
    },
    /// No answer came: connection, time-out or a broken response.
    #[error("{operation} got no usable answer: {message}")]
    Unreachable {
        /// The API operation that was tried.
        operation: &'static str,
        /// What the transport reported, causes included.
        message: String,
    },
    /// The service's answer lacks a member that its model requires.
    #[error("{operation} answered without `{member}`")]
    Incomplete {
        /// The API operation that answered.
        operation: &'static str,
        /// The missing member.
        member: &'static str,
    },
    /// A request could not be built from the given values.
    #[error("{operation} cannot be asked for: {message}")]
    Request {
        /// The API operation that was meant.
        operation: &'static str,
        /// What the SDK said.
        message: String,
    },
    /// The artifact store refused a document that the submission needs.
    #[error("cannot store the pipeline definition")]
    Store(#[from] sagewright_store::Error),
    /// There is no such pipeline execution.
    #[error("there is no run `{0}`")]
    UnknownRun(String),
}

impl Error {
    /// Turns an SDK error into ours, keeping the service's code and words.
    pub(crate) fn from_sdk<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        match error {
            SdkError::ServiceError(context) if context.err().code().is_some() => Self::Refused {
                operation,
                code: context.err().code().unwrap_or_default().to_owned(),
                message: context.err().message().unwrap_or("the service gave no reason").to_owned(),
            },
            SdkError::ConstructionFailure(_) => {
                Self::Request { operation, message: DisplayErrorContext(error).to_string() }
            }
            _ => Self::Unreachable { operation, message: DisplayErrorContext(error).to_string() },
        }
    }

    /// Whether the service said that the thing asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::Refused { code, .. } => code == "ResourceNotFound" || code == "ResourceNotFoundException",
            Self::UnknownRun(_) => true,
            _ => false,
        }
    }

    /// Whether no answer came, so that trying again later may help.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }
}
