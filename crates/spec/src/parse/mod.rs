//! From text to a [`Pipeline`], with line and column for everything that is wrong in the text.
//!
//! A good document is read in one pass. Only when that fails is the text read again piece by piece, so that the
//! problems of all steps and parameters are reported together.

mod integers;
mod pieces;
mod position;

use serde_json::error::Category;

use crate::{Code, Diagnostic, Pipeline, VERSION};
use position::Position;

/// Reads a document. It is not checked yet: see [`check`](crate::check()).
pub fn parse(text: &str) -> Result<Pipeline, Vec<Diagnostic>> {
    match serde_json::from_str::<Pipeline>(text) {
        Ok(pipeline) if pipeline.version != VERSION => {
            Err(vec![unsupported_version(pipeline.version).pipeline(&pipeline)])
        }
        Ok(pipeline) => {
            let found = integers::check(text);
            if found.is_empty() { Ok(pipeline) } else { Err(found) }
        }
        Err(error) if error.classify() == Category::Data => {
            let mut found = pieces::explain(text);
            if found.is_empty() {
                found.push(problem(&error, Position::START));
            }
            Err(found)
        }
        Err(error) => Err(vec![problem(&error, Position::START)]),
    }
}

/// Says that the document's version is not known.
pub(crate) fn unsupported_version(version: impl std::fmt::Display) -> Diagnostic {
    Diagnostic::new(
        Code::UnsupportedVersion,
        format!("the pipeline is written in version {version}, and this program reads version {VERSION}"),
    )
    .field("version")
    .hint("use the same version of the sagewright package and of the sagewright command")
}

/// Tells an error of a piece of text that starts at `start`.
fn problem(error: &serde_json::Error, start: Position) -> Diagnostic {
    let text = error.to_string();
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    let place = start.advance(error.line(), error.column());
    match error.classify() {
        Category::Data => Diagnostic::new(Code::InvalidDocument, format!("{message}, at {place}")),
        Category::Syntax | Category::Eof | Category::Io => {
            Diagnostic::new(Code::InvalidJson, format!("not valid JSON: {message}, at {place}"))
        }
    }
}
