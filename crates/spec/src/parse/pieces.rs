//! What is wrong with a document, piece by piece.

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

use super::position::{Cursor, Position};
use super::{problem, unsupported_version};
use crate::{Code, Diagnostic, Parameter, Settings, Source, Step, VERSION, nearest};

/// Fields of a pipeline, for what is unknown or missing.
const FIELDS: [&str; 8] =
    ["version", "name", "description", "parameters", "steps", "settings", "tags", "source"];

/// Reads every field, parameter and step on its own and reports each that cannot be read.
///
/// Returns nothing when the document is no object, or has a fault that shows only in the whole, such as a field
/// that is there twice.
pub(super) fn explain(text: &str) -> Vec<Diagnostic> {
    let fields = match serde_json::from_str::<IndexMap<String, &RawValue>>(text) {
        Ok(fields) => fields,
        // The document is no object.
        Err(error) if error.classify() == Category::Data => return Vec::new(),
        // Behind the fault that was found first, the text is not even JSON.
        Err(error) => return vec![problem(&error, Position::START)],
    };
    if let Some(version) = fields.get("version")
        && version.get().parse::<u32>().is_ok_and(|version| version != VERSION)
    {
        // Another version may have other fields: nothing else can be said.
        return vec![unsupported_version(version.get())];
    }
    let mut reader = Reader { cursor: Cursor::new(text), found: Vec::new() };
    for (name, piece) in &fields {
        match name.as_str() {
            "version" => reader.read::<u32>(piece, "version"),
            "name" => reader.read::<String>(piece, "name"),
            "description" => reader.read::<Option<String>>(piece, "description"),
            "parameters" => reader.read_all::<Parameter>(piece, "parameters"),
            "steps" => reader.read_all::<Step>(piece, "steps"),
            "settings" => reader.read::<Settings>(piece, "settings"),
            "tags" => reader.read::<BTreeMap<String, String>>(piece, "tags"),
            "source" => reader.read::<Option<Source>>(piece, "source"),
            _ => reader.unknown(name, piece),
        }
    }
    for name in ["version", "name", "steps"] {
        if !fields.contains_key(name) {
            reader.found.push(
                Diagnostic::new(Code::InvalidDocument, format!("the pipeline has no field `{name}`"))
                    .field(name),
            );
        }
    }
    reader.found
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    found: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn read<T: DeserializeOwned>(&mut self, piece: &RawValue, field: &str) {
        if let Err(error) = serde_json::from_str::<T>(piece.get()) {
            let start = self.cursor.position_of(piece.get());
            self.found.push(problem(&error, start).field(field));
        }
    }

    fn read_all<T: DeserializeOwned>(&mut self, list: &RawValue, field: &str) {
        let Ok(pieces) = serde_json::from_str::<Vec<&RawValue>>(list.get()) else {
            return self.read::<Vec<T>>(list, field);
        };
        for (position, piece) in pieces.into_iter().enumerate() {
            if let Err(error) = serde_json::from_str::<T>(piece.get()) {
                let start = self.cursor.position_of(piece.get());
                let field = format!("{field}[{position}]");
                self.found.push(at_owner(problem(&error, start).field(field), piece));
            }
        }
    }

    fn unknown(&mut self, name: &str, piece: &RawValue) {
        let place = self.cursor.position_of(piece.get());
        let message = format!("unknown field `{name}`, at {place}");
        let problem = Diagnostic::new(Code::InvalidDocument, message).field(name);
        self.found.push(problem.suggest(nearest(name, FIELDS)));
    }
}

/// Adds the step and its place in the user's code, as far as they can be read from the piece.
fn at_owner(mut problem: Diagnostic, piece: &RawValue) -> Diagnostic {
    let Ok(piece) = serde_json::from_str::<Value>(piece.get()) else {
        return problem;
    };
    let is_step = piece.get("command").is_some() || piece.get("inputs").is_some();
    problem.step = piece["name"].as_str().filter(|_| is_step).map(str::to_owned);
    problem.source = Source::deserialize(&piece["source"]).ok();
    problem
}
