//! The JSON Schema of the document.

use serde_json::Value;

use crate::Pipeline;

/// Returns the JSON Schema of [`Pipeline`], as published in `docs/reference/spec.schema.json`.
pub fn schema() -> Value {
    schemars::schema_for!(Pipeline).to_value()
}
