//! Tags of the pipeline.

use sagewright_spec::{Pipeline, Settings};
use std::collections::BTreeMap;

use super::PIPELINE_TAG;

/// Returns the pipeline's tags: the document's, the settings' over them, and the user's own name of the pipeline,
/// which the name in SageMaker may not show.
pub(super) fn of_pipeline(pipeline: &Pipeline, settings: &Settings) -> BTreeMap<String, String> {
    let mut tags = pipeline.tags.clone();
    tags.extend(settings.pipeline_tags.clone());
    tags.insert(PIPELINE_TAG.to_owned(), pipeline.name.clone());
    tags
}
