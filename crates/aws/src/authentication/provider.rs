//! From a way to authenticate to a provider of credentials.

use aws_config::SdkConfig;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sso::SsoCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_sts as sts;
use aws_types::region::Region;
use std::pin::Pin;

use super::role::{AssumedRole, mfa_session};
use super::{AskMfa, Authentication, Cached, Problem, cached};

type Provided<'a> = Pin<Box<dyn Future<Output = Result<Cached, Problem>> + Send + 'a>>;

/// Builds the provider. Asks for MFA codes now, where they are needed, and calls nothing else: the first request asks
/// for the credentials.
///
/// `base` holds everything but the credentials: region, endpoint, HTTP client, time limits.
pub(crate) fn provider<'a>(
    authentication: &'a Authentication,
    base: &'a SdkConfig,
    ask: &'a dyn AskMfa,
) -> Provided<'a> {
    Box::pin(async move {
        Ok(match authentication {
            Authentication::Implicit => {
                let chain = DefaultCredentialsChain::builder().configure(provider_config(base)).build().await;
                Cached::new(Explained { inner: SharedCredentialsProvider::new(chain), explain: implicit })
            }
            Authentication::Profile { name } => {
                let profile = ProfileFileCredentialsProvider::builder()
                    .configure(&provider_config(base))
                    .profile_name(name);
                let name = name.clone();
                Cached::new(Explained {
                    inner: SharedCredentialsProvider::new(profile.build()),
                    explain: move |error: &CredentialsError| Problem::Profile {
                        name: name.clone(),
                        message: cached::sentence(error),
                    },
                })
            }
            Authentication::SecretKey { access_key_id, secret_access_key } => Cached::new(Credentials::new(
                access_key_id,
                secret_access_key.expose(),
                None,
                None,
                "sagewright",
            )),
            Authentication::SessionToken { access_key_id, secret_access_key, session_token } => {
                Cached::new(Credentials::new(
                    access_key_id,
                    secret_access_key.expose(),
                    Some(session_token.expose().to_owned()),
                    None,
                    "sagewright",
                ))
            }
            Authentication::Sso { start_url, sso_region, account_id, role_name } => {
                let sso = SsoCredentialsProvider::builder()
                    .configure(&provider_config(base))
                    .start_url(start_url)
                    .region(Region::new(sso_region.clone()))
                    .account_id(account_id)
                    .role_name(role_name)
                    .build();
                let start_url = start_url.clone();
                Cached::new(Explained {
                    inner: SharedCredentialsProvider::new(sso),
                    explain: move |error: &CredentialsError| Problem::Sso {
                        start_url: start_url.clone(),
                        message: cached::sentence(error),
                    },
                })
            }
            Authentication::IamRole {
                role_arn,
                external_id,
                mfa_serial,
                session_name,
                duration_seconds,
                source,
            } => {
                let source = provider(source, base, ask).await?;
                let role = |credentials: Cached| AssumedRole {
                    sts: sts(base, credentials),
                    role_arn: role_arn.clone(),
                    external_id: external_id.clone(),
                    session_name: session_name.clone(),
                    duration_seconds: *duration_seconds,
                };
                let Some(serial) = mfa_serial else { return Ok(Cached::new(role(source))) };
                if source.get().await?.session_token().is_some() {
                    Cached::new(role(source).assume_with_mfa(serial, ask).await?)
                } else {
                    let session = mfa_session(&sts(base, source), serial, ask).await?;
                    Cached::new(role(Cached::new(session)))
                }
            }
        })
    })
}

fn sts(base: &SdkConfig, credentials: Cached) -> sts::Client {
    let config = base.to_builder().credentials_provider(SharedCredentialsProvider::new(credentials)).build();
    sts::Client::new(&config)
}

fn provider_config(base: &SdkConfig) -> ProviderConfig {
    let mut config = ProviderConfig::without_region().with_region(base.region().cloned());
    if let Some(http) = base.http_client() {
        config = config.with_http_client(http);
    }
    config
}

fn implicit(error: &CredentialsError) -> Problem {
    let message = cached::sentence(error);
    match error {
        CredentialsError::CredentialsNotLoaded(_) => Problem::Missing {
            message: "neither the environment, the configuration files nor the machine's role has any"
                .to_owned(),
        },
        _ if message.contains("was not defined") => {
            let name = message.split('`').nth(1).unwrap_or("default").to_owned();
            Problem::Profile { name, message: "it is not in the configuration files".to_owned() }
        }
        _ => Problem::Other { message },
    }
}

/// A provider whose errors are put into our words.
struct Explained<F> {
    inner: SharedCredentialsProvider,
    explain: F,
}

impl<F> std::fmt::Debug for Explained<F> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.inner.fmt(formatter)
    }
}

impl<F: Fn(&CredentialsError) -> Problem + Send + Sync> ProvideCredentials for Explained<F> {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            self.inner.provide_credentials().await.map_err(|error| {
                let problem = cached::find(&error).unwrap_or_else(|| (self.explain)(&error));
                CredentialsError::provider_error(problem)
            })
        })
    }
}
