//! What the engine keeps on disk.
//!
//! ```text
//! <state dir>/
//!   pipelines/<name>.json            one record per pipeline, replaced as a whole
//!   definitions/<sha256>.json        texts of definitions, never changed
//!   executions.log                   one line when an execution starts, retries, ends: the list of all executions
//!   executions/<id>/execution.json   what is fixed at its start
//!   executions/<id>/journal.log      every event, before anything is done about it
//!   cache/<key>.json                 results that CacheConfig lets later executions use
//!   tags.log  tokens.log             tags of resources; client request tokens already answered
//! ```
//!
//! Files are written whole and renamed, or appended line by line with a checksum, so that a process killed at any
//! moment leaves nothing half-written that would be believed. Pipelines and the ends of executions are synced to the
//! disk; a power cut may cost the last seconds of an execution that was under way, which then runs again from there.

mod executions;
mod files;
mod log;
mod page;
mod pipelines;
mod results;
mod tags;
mod tokens;

pub use executions::{Executions, Summary};
pub use files::{create_folder, io_error, read_json, write_json};
pub use log::Log;
pub use page::{Entry, page, time_key};
pub use pipelines::{PipelineRecord, Pipelines, Version, key_of};
pub use results::{Result as CachedResult, Results};
pub use tags::Tags;
pub use tokens::Tokens;
