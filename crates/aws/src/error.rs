//! What can go wrong between this machine and the AWS API.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::authentication::{self, Problem};
use crate::causes::{self, Evidence};

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
    /// There are no usable credentials.
    #[error(transparent)]
    Authentication(#[from] Problem),
    /// A pipeline of this name exists and was not made for the pipeline that is submitted.
    #[error("the SageMaker pipeline `{pipeline_name}` {}", whose(owner.as_deref()))]
    NameTaken {
        /// The name that both want.
        pipeline_name: String,
        /// The pipeline it was made for, if it is one of ours.
        owner: Option<String>,
    },
    /// Others change the pipeline faster than it can be started.
    #[error("the SageMaker pipeline `{pipeline_name}` is being changed by somebody else at the same time")]
    Overtaken {
        /// The pipeline's name.
        pipeline_name: String,
    },
    /// There is no such pipeline execution.
    #[error("there is no run `{0}`")]
    UnknownRun(String),
}

fn whose(owner: Option<&str>) -> String {
    match owner {
        Some(owner) => format!("was made for the pipeline `{owner}`"),
        None => "was not made by Sagewright".to_owned(),
    }
}

impl Error {
    /// Turns an SDK error into ours, keeping the service's code and words.
    pub(crate) fn from_sdk<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        if let Some(problem) = authentication::find(error) {
            return problem.into();
        }
        match error {
            SdkError::ServiceError(context) if context.err().code().is_some() => Self::Refused {
                operation,
                code: context.err().code().unwrap_or_default().to_owned(),
                message: context.err().message().unwrap_or("the service gave no reason").to_owned(),
            },
            SdkError::ServiceError(context) => Self::Unreachable {
                operation,
                message: format!("HTTP status {} without a reason", context.raw().status().as_u16()),
            },
            SdkError::ResponseError(context) => Self::Unreachable {
                operation,
                message: format!(
                    "HTTP status {} with a body that is none of this service's",
                    context.raw().status().as_u16()
                ),
            },
            SdkError::ConstructionFailure(_) => {
                Self::Request { operation, message: DisplayErrorContext(error).to_string() }
            }
            _ => Self::Unreachable { operation, message: authentication::sentence(error) },
        }
    }

    /// Whether the service said that the thing asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::Refused { code, .. }
                if code == "ResourceNotFound" || code == "ResourceNotFoundException" =>
            {
                true
            }
            // An independent implementation of the API says it in words.
            Self::Refused { code, message, .. } => {
                code == "ValidationException"
                    && (message.contains("does not exist") || message.contains("Could not find"))
            }
            Self::UnknownRun(_) => true,
            _ => false,
        }
    }

    /// Whether the service said that the caller may not.
    pub fn is_denied(&self) -> bool {
        matches!(self, Self::Refused { code, .. }
            if matches!(code.as_str(), "AccessDeniedException" | "AccessDenied" | "UnauthorizedOperation"))
    }

    /// Whether no answer came, so that trying again later may help.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    /// Whether it is unknown if the request was carried out.
    pub fn is_answer_lost(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { code, .. } => matches!(
                code.as_str(),
                "InternalFailure" | "InternalServerError" | "InternalServerException" | "ServiceUnavailable"
            ),
            _ => false,
        }
    }

    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Authentication(problem) => Some(problem.hint()),
            Self::NameTaken { pipeline_name, .. } => Some(format!(
                "rename your pipeline; or delete the other one, if nobody needs it: `aws sagemaker delete-pipeline \
                 --pipeline-name {pipeline_name} --client-request-token $(uuidgen)`"
            )),
            Self::Unreachable { message, .. } if is_unknown_host(message) => Some(
                "no service has that address: is the region's name right, and is there a connection to the internet?"
                    .to_owned(),
            ),
            Self::Unreachable { .. } => {
                Some("the same command can be repeated: nothing is started twice".to_owned())
            }
            Self::Refused { code, message, .. } => refused_hint(code, message),
            Self::Store(error) => error.hint().map(str::to_owned),
            _ => None,
        }
    }
}

fn is_unknown_host(message: &str) -> bool {
    message.contains("dns error") || message.contains("failed to lookup address")
}

fn refused_hint(code: &str, message: &str) -> Option<String> {
    let hint = match code {
        "ExpiredToken" | "ExpiredTokenException" => {
            "the credentials have expired: get new ones, by `aws sso login` or from where the old ones came"
        }
        "UnrecognizedClientException" | "InvalidClientTokenId" | "InvalidAccessKeyId" => {
            "AWS does not know these credentials: the key may be deleted, or be of another partition or endpoint"
        }
        "RequestTimeTooSkewed" | "RequestExpired" => CLOCK,
        "InvalidSignatureException" | "SignatureDoesNotMatch"
            if message.contains("expired") || message.contains("not yet current") =>
        {
            CLOCK
        }
        "InvalidSignatureException" | "SignatureDoesNotMatch" => {
            "the secret access key does not belong to the access key id"
        }
        _ => {
            let cause = causes::explain(&Evidence { reason: Some(message), ..Evidence::default() })?;
            return cause.fix.or(cause.hint);
        }
    };
    Some(hint.to_owned())
}

const CLOCK: &str =
    "this machine's clock is wrong by more than five minutes; set it, for instance by `chronyc makestep`";
