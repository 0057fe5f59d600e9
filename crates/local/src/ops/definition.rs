//! `PipelineDefinitionS3Location`: definitions that are too large for a request.

use sagewright_sagemaker::definition;
use serde_json::{Value, json};

use super::text;
use crate::server::{ServiceError, Services};

/// Largest definition, in bytes: every character may take four.
const MAX_DEFINITION: u64 = 4 * definition::MAX_DEFINITION_CHARACTERS as u64;

/// Replaces the location of a definition by the definition.
pub(super) fn inline(services: &Services, request: &mut Value) -> Result<(), ServiceError> {
    let Some(location) = request.get("PipelineDefinitionS3Location") else { return Ok(()) };
    if request.get("PipelineDefinition").is_some() {
        return Err(ServiceError::validation(
            "Only one of PipelineDefinition and PipelineDefinitionS3Location may be given.",
        ));
    }
    let (bucket, key) = (text(location, "Bucket"), text(location, "ObjectKey"));
    let failed = |cause: &dyn std::fmt::Display| {
        ServiceError::validation(format!(
            "Unable to read the pipeline definition from s3://{bucket}/{key}: {cause}"
        ))
    };
    let bytes = services.storage.read(bucket, key, MAX_DEFINITION).map_err(|error| failed(&error))?;
    let definition = String::from_utf8(bytes).map_err(|error| failed(&error))?;
    request["PipelineDefinition"] = json!(definition);
    Ok(())
}
