//! From an address to an open store: `file:///folder` or `s3://bucket/prefix`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use object_store::CredentialProvider;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, AwsCredential};
use object_store::local::LocalFileSystem;
use object_store::{BackoffConfig, ObjectStore, RetryConfig};
use url::Url;

use crate::error::{Error, Result};
use crate::{Connection, CredentialSource, http};

/// What an address leads to: the objects, and the prefix that every key is put under.
pub(crate) struct Opened {
    pub(crate) objects: Arc<dyn ObjectStore>,
    pub(crate) prefix: String,
}

pub(crate) fn open(uri: &str, connection: &Connection) -> Result<Opened> {
    let bad = |reason: &str| Error::Uri { uri: uri.to_owned(), reason: reason.to_owned() };
    let url = Url::parse(uri).map_err(|error| bad(&error.to_string()))?;
    match url.scheme() {
        "file" => folder(uri, &url.to_file_path().map_err(|()| bad("the path must be absolute"))?),
        "s3" => {
            let bucket = url.host_str().ok_or_else(|| bad("the bucket is missing"))?;
            // Taken from the text, since a URL's path would come back percent-encoded.
            let prefix = uri.splitn(4, '/').nth(3).unwrap_or_default().trim_matches('/');
            let objects = s3(bucket, connection).map_err(|error| bad(&error.to_string()))?;
            Ok(Opened { objects, prefix: prefix.to_owned() })
        }
        other => Err(bad(&format!("`{other}` addresses are not supported"))),
    }
}

fn folder(uri: &str, path: &PathBuf) -> Result<Opened> {
    fs_err::create_dir_all(path).map_err(|source| Error::File {
        action: "create the artifact store",
        path: path.clone(),
        source,
    })?;
    let objects = LocalFileSystem::new_with_prefix(path)
        .map_err(|error| Error::Uri { uri: uri.to_owned(), reason: error.to_string() })?;
    Ok(Opened { objects: Arc::new(objects), prefix: String::new() })
}

fn s3(bucket: &str, connection: &Connection) -> object_store::Result<Arc<dyn ObjectStore>> {
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(&connection.region)
        .with_http_connector(http::Connector)
        .with_retry(retries());
    if let Some(endpoint) = &connection.endpoint_url {
        builder = builder
            .with_endpoint(endpoint)
            .with_virtual_hosted_style_request(false)
            .with_allow_http(endpoint.starts_with("http://"));
    } else if !bucket.contains('.') {
        // Amazon's certificates do not cover bucket names with dots as host names.
        builder = builder.with_virtual_hosted_style_request(true);
    }
    if let Some(keys) = &connection.credentials {
        builder =
            builder.with_access_key_id(&keys.access_key_id).with_secret_access_key(&keys.secret_access_key);
        if let Some(token) = &keys.session_token {
            builder = builder.with_token(token);
        }
    } else if let Some(source) = &connection.source {
        builder = builder.with_credentials(Arc::new(Refreshing(Arc::clone(source))));
    } else {
        for (name, value) in &connection.ambient {
            if let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() {
                builder = builder.with_config(key, value);
            }
        }
    }
    Ok(Arc::new(builder.build()?))
}

/// A caller's credential source in the shape that the S3 client asks for.
#[derive(Debug)]
struct Refreshing(Arc<dyn CredentialSource>);

#[async_trait]
impl CredentialProvider for Refreshing {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        let keys = self
            .0
            .credentials()
            .await
            .map_err(|source| object_store::Error::Generic { store: "S3", source })?;
        Ok(Arc::new(AwsCredential {
            key_id: keys.access_key_id,
            secret_key: keys.secret_access_key,
            token: keys.session_token,
        }))
    }
}

/// Six attempts within half a minute: enough to outlast a throttled minute's worst seconds, short
/// enough that a step that is being stopped can still write its record.
fn retries() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(8),
            base: 2.0,
        },
        max_retries: 6,
        retry_timeout: Duration::from_secs(30),
    }
}
