//! The buckets that credentials may list.

use object_store::aws::{AwsAuthorizer, AwsCredential};
use object_store::client::{HttpConnector as _, HttpRequest, HttpRequestBody};

use crate::error::{Error, Reason, Result};
use crate::{Connection, http};

/// The most that is read of an answer; ten thousand names fit in.
const ANSWER: usize = 4 << 20;

/// Names the buckets of the account, as far as the caller may list them (`s3:ListAllMyBuckets`).
pub async fn list_buckets(connection: &Connection) -> Result<Vec<String>> {
    let failed = |message: String| Error::Storage {
        action: "list the buckets",
        key: "/".to_owned(),
        source: Reason::of_text(&message),
    };
    let keys = match (&connection.credentials, &connection.source) {
        (Some(keys), _) => keys.clone(),
        (None, Some(source)) => source.credentials().await.map_err(|error| failed(error.to_string()))?,
        (None, None) => return Err(failed("there are no credentials".to_owned())),
    };
    let address = match &connection.endpoint_url {
        Some(url) => format!("{}/", url.trim_end_matches('/')),
        None => format!("https://s3.{}.amazonaws.com/", connection.region),
    };
    let mut request = HttpRequest::new(HttpRequestBody::empty());
    *request.uri_mut() = address.parse().map_err(|_| failed(format!("`{address}` is no address")))?;
    let credential = AwsCredential {
        key_id: keys.access_key_id,
        secret_key: keys.secret_access_key,
        token: keys.session_token,
    };
    AwsAuthorizer::new(&credential, "s3", &connection.region)
        .try_authorize(&mut request, None)
        .map_err(|error| failed(error.to_string()))?;
    let client = http::Connector
        .connect(&object_store::ClientOptions::new())
        .map_err(|error| failed(error.to_string()))?;
    let response = client.execute(request).await.map_err(|error| failed(error.to_string()))?;
    let status = response.status();
    let bytes = response.into_body().bytes().await.map_err(|error| failed(error.to_string()))?;
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(ANSWER)]);
    if status.is_success() { Ok(names(&text)) } else { Err(failed(format!("{status}: {text}"))) }
}

/// The names in a `ListAllMyBucketsResult`; a bucket's name holds nothing that XML would escape.
fn names(text: &str) -> Vec<String> {
    let buckets = text.split("<Bucket>").skip(1);
    buckets
        .filter_map(|bucket| Some(bucket.split_once("<Name>")?.1.split_once("</Name>")?.0.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_read_and_the_owner_is_not() {
        let text = "<ListAllMyBucketsResult><Owner><Name>me</Name></Owner><Buckets><Bucket><Name>one</Name>\
                    <CreationDate>x</CreationDate></Bucket><Bucket><Name>two</Name></Bucket></Buckets>";
        assert_eq!(super::names(text), ["one", "two"]);
    }
}
