//! Where a definition travels: in the request while it is small, through the artifact store otherwise.

use aws_sdk_sagemaker::types::PipelineDefinitionS3Location;
use sagewright_store::Store;

use crate::{Error, Result};

/// The SageMaker SDK moves a definition to S3 from this many bytes on, and so do we: the request itself is limited
/// to 1 MiB of definition text.
const INLINE_BYTES: usize = 100 * 1024;

/// A definition as the two members of the request that can carry it.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) inline: Option<String>,
    pub(super) location: Option<PipelineDefinitionS3Location>,
}

/// Uploads a large definition; the store's key is its content's hash, so that a repeated upload changes nothing.
pub(super) async fn place(definition: &str, store: &Store) -> Result<Placed> {
    if definition.len() <= INLINE_BYTES {
        return Ok(Placed { inline: Some(definition.to_owned()), location: None });
    }
    let key = format!("definitions/{}.json", sagewright_store::hash_hex(definition));
    let uri = store.uri_of(&key);
    let (bucket, object) =
        uri.strip_prefix("s3://").and_then(|rest| rest.split_once('/')).ok_or_else(|| Error::Request {
            operation: "CreatePipeline",
            message: format!(
                "a definition of {} bytes needs an artifact store on S3, not `{uri}`",
                definition.len()
            ),
        })?;
    store.put_bytes(&key, definition.to_owned()).await?;
    let location = PipelineDefinitionS3Location::builder().bucket(bucket).object_key(object).build();
    Ok(Placed { inline: None, location: Some(location) })
}
