//! An open connection: who calls, with credentials that refresh themselves.

use async_trait::async_trait;
use aws_config::SdkConfig;
use sagewright_store::{CredentialSource, Credentials};
use serde::Serialize;
use std::sync::Arc;
use tokio::sync::OnceCell;

use crate::authentication::Cached;
use crate::{Error, Result};

/// A handle to AWS as one identity in one region; cheap to clone.
#[derive(Debug, Clone)]
pub struct Session {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: SdkConfig,
    credentials: Cached,
    identity: OnceCell<CallerIdentity>,
}

/// Who AWS takes the caller for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallerIdentity {
    /// The account's number.
    pub account_id: String,
    /// The caller's ARN; for a role it names the session.
    pub arn: String,
    /// AWS's own id of the caller.
    pub user_id: String,
}

impl Session {
    pub(crate) fn new(config: SdkConfig, credentials: Cached) -> Self {
        Self { inner: Arc::new(Inner { config, credentials, identity: OnceCell::new() }) }
    }

    /// What SDK clients are made of.
    pub(crate) fn config(&self) -> &SdkConfig {
        &self.inner.config
    }

    /// The region that is called.
    pub fn region(&self) -> &str {
        self.inner.config.region().map_or("", |region| region.as_ref())
    }

    /// The base URL of every service, where it is not AWS's own.
    pub fn endpoint_url(&self) -> Option<&str> {
        self.inner.config.endpoint_url()
    }

    /// Credentials that are good for the next minutes.
    pub async fn credentials(&self) -> Result<Credentials> {
        let keys = self.inner.credentials.get().await?;
        Ok(Credentials {
            access_key_id: keys.access_key_id().to_owned(),
            secret_access_key: keys.secret_access_key().to_owned(),
            session_token: keys.session_token().map(str::to_owned),
        })
    }

    /// Who AWS takes the caller for; asked once.
    pub async fn caller_identity(&self) -> Result<CallerIdentity> {
        let ask = || async {
            let answer = aws_sdk_sts::Client::new(&self.inner.config)
                .get_caller_identity()
                .send()
                .await
                .map_err(|error| Error::from_sdk("GetCallerIdentity", &error))?;
            let missing = |member| Error::Incomplete { operation: "GetCallerIdentity", member };
            Ok(CallerIdentity {
                account_id: answer.account.ok_or_else(|| missing("Account"))?,
                arn: answer.arn.ok_or_else(|| missing("Arn"))?,
                user_id: answer.user_id.unwrap_or_default(),
            })
        };
        self.inner.identity.get_or_try_init(ask).await.cloned()
    }

    /// How the artifact store reaches the same place as the same identity.
    pub fn store_connection(&self) -> sagewright_store::Connection {
        sagewright_store::Connection {
            endpoint_url: self.endpoint_url().map(str::to_owned),
            region: self.region().to_owned(),
            source: Some(Arc::new(self.clone())),
            ..sagewright_store::Connection::default()
        }
    }
}

#[async_trait]
impl CredentialSource for Session {
    async fn credentials(&self) -> Result<Credentials, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Session::credentials(self).await?)
    }
}
