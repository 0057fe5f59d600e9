//! Assuming a role, with an external id and with MFA.

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_sdk_sts as sts;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::{AskMfa, Problem, cached};

/// A user's session with MFA lasts this many seconds, the longest that STS allows: nobody wants to type codes in the
/// middle of a long wait.
const MFA_SESSION_SECONDS: i32 = 129_600;

/// The session's name in AWS's logs where none is given.
const SESSION_NAME: &str = "sagewright";

/// A role that is assumed anew at each call.
#[derive(Debug)]
pub(super) struct AssumedRole {
    pub(super) sts: sts::Client,
    pub(super) role_arn: String,
    pub(super) external_id: Option<String>,
    pub(super) session_name: Option<String>,
    pub(super) duration_seconds: Option<u32>,
}

impl AssumedRole {
    async fn assume(&self, mfa: Option<(&str, &str)>) -> Result<Credentials, Problem> {
        let answer = self
            .sts
            .assume_role()
            .role_arn(&self.role_arn)
            .role_session_name(self.session_name.as_deref().unwrap_or(SESSION_NAME))
            .set_external_id(self.external_id.clone())
            .set_duration_seconds(self.duration_seconds.map(|it| i32::try_from(it).unwrap_or(i32::MAX)))
            .set_serial_number(mfa.map(|(serial, _)| serial.to_owned()))
            .set_token_code(mfa.map(|(_, code)| code.to_owned()))
            .send()
            .await
            .map_err(|error| {
                cached::find(&error).unwrap_or_else(|| Problem::Role {
                    role_arn: self.role_arn.clone(),
                    message: words(&error),
                })
            })?;
        credentials(answer.credentials.as_ref())
    }

    /// One session by MFA, for callers whose own credentials are short-lived: the code cannot be used again, so the
    /// session ends when its credentials do.
    pub(super) async fn assume_with_mfa(
        &self,
        serial: &str,
        ask: &dyn AskMfa,
    ) -> Result<Credentials, Problem> {
        let code = ask.code(serial).await?;
        self.assume(Some((serial, code.trim()))).await
    }
}

impl ProvideCredentials for AssumedRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            self.assume(None).await.map_err(CredentialsError::provider_error)
        })
    }
}

/// A user's own session that carries the proof of MFA, so that roles can be assumed from it for a day and a half
/// without another code.
pub(super) async fn mfa_session(
    sts: &sts::Client,
    serial: &str,
    ask: &dyn AskMfa,
) -> Result<Credentials, Problem> {
    let code = ask.code(serial).await?;
    let answer = sts
        .get_session_token()
        .serial_number(serial)
        .token_code(code.trim())
        .duration_seconds(MFA_SESSION_SECONDS)
        .send()
        .await
        .map_err(|error| {
            cached::find(&error)
                .unwrap_or_else(|| Problem::Mfa { serial: serial.to_owned(), message: words(&error) })
        })?;
    credentials(answer.credentials.as_ref())
}

fn credentials(answer: Option<&sts::types::Credentials>) -> Result<Credentials, Problem> {
    let keys = answer
        .ok_or_else(|| Problem::Other { message: "AWS STS answered without credentials".to_owned() })?;
    Ok(Credentials::new(
        keys.access_key_id(),
        keys.secret_access_key(),
        Some(keys.session_token().to_owned()),
        (*keys.expiration()).try_into().ok(),
        "sagewright",
    ))
}

/// The service's own words where it answered, the transport's otherwise.
fn words<E>(error: &sts::error::SdkError<E>) -> String
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match error.as_service_error() {
        Some(answer) => format!(
            "{}: {}",
            answer.code().unwrap_or("refused"),
            answer.message().unwrap_or("the service gave no reason")
        ),
        None => cached::sentence(error),
    }
}
