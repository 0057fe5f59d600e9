//! How to reach an S3 store: endpoint, region, credentials.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

/// Variables that say where credentials come from when there are no keys: the container's role, a
/// pod's identity, a web identity. They are handed to the S3 client as they are.
const AMBIENT: [&str; 7] = [
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_ENDPOINT_URL_STS",
];

/// How to reach an S3 store. A `file://` store needs none of it.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Address of the S3 API, for another S3 than Amazon's. Buckets are then part of the path, and
    /// plain `http://` is allowed.
    pub endpoint_url: Option<String>,
    /// Region that requests are signed for.
    pub region: String,
    /// Fixed credentials; they win over everything in `ambient`.
    pub credentials: Option<Credentials>,
    /// Credentials that are asked for before each request, so that long work outlives short-lived
    /// ones; used where there are no fixed `credentials`.
    pub source: Option<Arc<dyn CredentialSource>>,
    /// Variables (`AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` and the like) that name a provider of
    /// temporary credentials.
    pub ambient: BTreeMap<String, String>,
}

impl Default for Connection {
    fn default() -> Self {
        Self {
            endpoint_url: None,
            region: "us-east-1".to_owned(),
            credentials: None,
            source: None,
            ambient: BTreeMap::new(),
        }
    }
}

impl Connection {
    /// Reads the variables that every AWS client knows, through `lookup`, so that only a `main`
    /// touches the process environment.
    pub fn from_environment(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let credentials = match (get("AWS_ACCESS_KEY_ID"), get("AWS_SECRET_ACCESS_KEY")) {
            (Some(access_key_id), Some(secret_access_key)) => Some(Credentials {
                access_key_id,
                secret_access_key,
                session_token: get("AWS_SESSION_TOKEN"),
            }),
            _ => None,
        };
        Self {
            endpoint_url: get("AWS_ENDPOINT_URL_S3").or_else(|| get("AWS_ENDPOINT_URL")),
            region: get("AWS_REGION")
                .or_else(|| get("AWS_DEFAULT_REGION"))
                .unwrap_or_else(|| "us-east-1".to_owned()),
            credentials,
            source: None,
            ambient: AMBIENT
                .iter()
                .filter_map(|name| get(name).map(|value| ((*name).to_owned(), value)))
                .collect(),
        }
    }
}

/// Where credentials come from that expire. Asked before each request, so an answer should be cheap
/// while the last one is still good.
#[async_trait]
pub trait CredentialSource: fmt::Debug + Send + Sync {
    /// Credentials that are good for the next minutes.
    async fn credentials(&self) -> Result<Credentials, Box<dyn std::error::Error + Send + Sync>>;
}

/// Keys of an AWS identity. Their secret parts never appear in `Debug` output.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Public part of the key.
    pub access_key_id: String,
    /// Secret part of the key.
    pub secret_access_key: String,
    /// Present for temporary credentials.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(variables: &[(&str, &str)]) -> Connection {
        Connection::from_environment(|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_service_endpoint_wins_over_the_general_one() {
        let found = connection(&[("AWS_ENDPOINT_URL", "http://a"), ("AWS_ENDPOINT_URL_S3", "http://b")]);
        assert_eq!(found.endpoint_url.as_deref(), Some("http://b"));
    }

    #[test]
    fn half_a_key_is_no_key() {
        let found =
            connection(&[("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x")]);
        assert_eq!(found.credentials, None);
        assert_eq!(found.ambient["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"], "/x");
    }

    #[test]
    fn debug_output_keeps_the_secret() {
        let found = connection(&[("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_SECRET_ACCESS_KEY", "hush")]);
        assert!(!format!("{found:?}").contains("hush"));
    }
}
