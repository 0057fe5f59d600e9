//! The document's version is one that this program knows.

use crate::parse::unsupported_version;
use crate::{Diagnostic, Pipeline, VERSION};

pub(super) fn check(pipeline: &Pipeline, found: &mut Vec<Diagnostic>) {
    if pipeline.version != VERSION {
        found.push(unsupported_version(pipeline.version).pipeline(pipeline));
    }
}
