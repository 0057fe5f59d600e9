//! Where the AWS API is and as whom it is called.

use aws_config::SdkConfig;
use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::identity::SharedIdentityCache;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::region::Region;
use std::time::Duration;

use crate::authentication::{AskMfa, Authentication, Problem, provider};
use crate::{Result, Session, http};

/// How often one request is sent at most when the connection breaks or the service falters. Throttling is waited out
/// apart from this, for longer.
const ATTEMPTS: u32 = 4;

/// An address and the identity that calls it.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The base URL of every service, as the embedded endpoint has it; `None` for AWS itself.
    pub endpoint_url: Option<String>,
    /// The AWS region, such as `eu-west-1`.
    pub region: String,
    /// Who calls.
    pub authentication: Authentication,
}

impl Connection {
    /// Opens a session. Nothing is sent yet, unless a role asks for an MFA code; `ask` gets it.
    pub async fn open(&self, ask: &dyn AskMfa) -> Result<Session> {
        if !is_region(&self.region) {
            return Err(Problem::Region { region: self.region.clone() }.into());
        }
        let timeout = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .operation_attempt_timeout(Duration::from_mins(1))
            .build();
        let mut base = SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(Region::new(self.region.clone()))
            .http_client(http::client())
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .timeout_config(timeout)
            .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(
                aws_smithy_async::rt::sleep::TokioSleep::new(),
            ))
            .identity_cache(no_cache());
        base.set_endpoint_url(self.endpoint_url.clone());
        let base = base.build();
        let credentials = provider(&self.authentication, &base, ask).await?;
        let config = base
            .into_builder()
            .credentials_provider(SharedCredentialsProvider::new(credentials.clone()))
            .build();
        Ok(Session::new(config, credentials))
    }

    /// The region that AWS's own configuration names: the environment, then the profile.
    pub async fn configured_region(profile: Option<&str>) -> Option<String> {
        // The chain ends at the machine's own metadata, which is asked over HTTP.
        let config = ProviderConfig::without_region().with_http_client(http::client());
        let mut files = ProfileFileRegionProvider::builder().configure(&config);
        if let Some(profile) = profile {
            files = files.profile_name(profile);
        }
        RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
            .or_else(files.build())
            .or_else(ImdsRegionProvider::builder().configure(&config).build())
            .region()
            .await
            .map(|region| region.to_string())
    }
}

/// Our own cache gives one answer to all clients and to the store; a second one behind it would only keep stale ones.
fn no_cache() -> SharedIdentityCache {
    aws_config::identity::IdentityCache::no_cache()
}

/// Two letters, one or more words, a number: `eu-west-1`, `us-gov-east-1`.
fn is_region(text: &str) -> bool {
    let mut parts: Vec<&str> = text.split('-').collect();
    let number = parts.pop().unwrap_or_default();
    parts.len() >= 2
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && parts.iter().all(|part| part.len() >= 2 && part.bytes().all(|byte| byte.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authentication::Secret;

    #[test]
    fn regions_are_told_from_zones_and_typing_errors() {
        for good in ["eu-west-1", "us-gov-east-1", "ap-southeast-2"] {
            assert!(is_region(good), "{good}");
        }
        for bad in ["", "eu-west", "eu-west-1a", "EU-WEST-1", "ireland", "eu_west_1", "eu-west-1 "] {
            assert!(!is_region(bad), "{bad}");
        }
    }

    #[test]
    fn debug_output_keeps_the_secrets() {
        let keys = Authentication::SessionToken {
            access_key_id: "AKIA".into(),
            secret_access_key: Secret::from("hush"),
            session_token: Secret::from("hush-too"),
        };
        let connection = Connection { endpoint_url: None, region: "eu-west-1".into(), authentication: keys };
        assert!(!format!("{connection:?}").contains("hush"));
    }
}
