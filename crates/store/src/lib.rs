//! What outlives a run: the artifact store, in a folder on this machine or in an S3 bucket.
//!
//! The store holds the truth of every run as plain objects under one root:
//!
//! ```text
//! pipelines/<pipeline>/<spec hash>.json                 the spec, content-addressed
//! code/<hash>.tar.gz                                    the user's code, content-addressed
//! runs/<run id>/run.json                                a [`RunRecord`]
//! runs/<run id>/steps/<step>/<attempt>/step.json        a [`StepRecord`]
//! runs/<run id>/steps/<step>/<attempt>/outputs/<name>/  the files of an artifact
//! runs/<run id>/steps/<step>/<attempt>/log-tail.txt     the end of what the step printed
//! ```
//!
//! Invariants: every write is of a whole object and can be repeated; a record is written after what
//! it speaks of; an attempt belongs to the one job that claimed it. Content is verified against its
//! hash whenever it is read back.
//!
//! The crate reads no clock, no environment and no home directory: times, ids and the
//! [`Connection`] come in as arguments.
//!
//! ```
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
//! # runtime.block_on(async {
//! use sagewright_store::{Connection, Store};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! let uri = format!("file://{}", folder.path().display());
//! let store = Store::open(&uri, &Connection::default())?;
//! store.put_bytes("notes/hello.txt", "hello").await?;
//! assert_eq!(store.get_bytes("notes/hello.txt").await?, "hello");
//! # Ok::<(), sagewright_store::Error>(())
//! # }).unwrap();
//! ```

mod attempts;
#[cfg(feature = "records")]
mod buckets;
#[cfg(feature = "records")]
pub mod components;
mod connection;
mod content;
mod error;
mod folder;
mod http;
pub mod keys;
mod listing;
mod open;
mod record;
#[cfg(feature = "records")]
pub mod records;
mod runs;
mod steps;
mod store;

#[cfg(feature = "records")]
pub use buckets::list_buckets;
pub use connection::{Connection, CredentialSource, Credentials};
pub use content::{hash, hash_hex};
pub use error::{Error, Reason, Result};
pub use folder::files_under;
pub use listing::Listing;
pub use record::{
    ArtifactRecord, Cause, CauseKind, FileRecord, InputRecord, InputSource, JobKind, PhaseRecord, RunRecord,
    StepRecord, StepState, VERSION,
};
pub use store::Store;
