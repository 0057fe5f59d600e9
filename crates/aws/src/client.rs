//! The SDK clients of the services that are used, built over one HTTP connection pool.

use aws_credential_types::Credentials;
use aws_sdk_cloudwatchlogs as cloudwatchlogs;
use aws_sdk_sagemaker as sagemaker;
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use std::time::Duration;

use crate::Connection;

/// A handle to the AWS API; cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) sagemaker: sagemaker::Client,
    pub(crate) logs: cloudwatchlogs::Client,
}

impl Client {
    /// Builds the clients. Nothing is sent until the first call.
    pub fn new(connection: &Connection) -> Self {
        let http = http_client(connection.endpoint_url.as_deref());
        let credentials = Credentials::new(
            connection.access_key_id.clone(),
            connection.secret_access_key.clone(),
            connection.session_token.clone(),
            None,
            "sagewright",
        );
        let retry = RetryConfig::standard().with_max_attempts(5);
        let timeout = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .operation_attempt_timeout(Duration::from_mins(1))
            .build();

        let mut sagemaker = sagemaker::Config::builder()
            .behavior_version(sagemaker::config::BehaviorVersion::latest())
            .region(sagemaker::config::Region::new(connection.region.clone()))
            .credentials_provider(credentials.clone())
            .http_client(http.clone())
            .retry_config(retry.clone())
            .timeout_config(timeout.clone());
        let mut logs = cloudwatchlogs::Config::builder()
            .behavior_version(cloudwatchlogs::config::BehaviorVersion::latest())
            .region(cloudwatchlogs::config::Region::new(connection.region.clone()))
            .credentials_provider(credentials)
            .http_client(http)
            .retry_config(retry)
            .timeout_config(timeout);
        if let Some(url) = &connection.endpoint_url {
            sagemaker = sagemaker.endpoint_url(url);
            logs = logs.endpoint_url(url);
        }
        Self {
            sagemaker: sagemaker::Client::from_conf(sagemaker.build()),
            logs: cloudwatchlogs::Client::from_conf(logs.build()),
        }
    }
}

/// Loading the system's certificates takes tens of milliseconds, which a loopback endpoint never needs.
fn http_client(endpoint_url: Option<&str>) -> SharedHttpClient {
    let builder = aws_smithy_http_client::Builder::new();
    match endpoint_url {
        Some(url) if url.starts_with("http://") => builder.build_http(),
        _ => {
            builder.tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring)).build_https()
        }
    }
}
