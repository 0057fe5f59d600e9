//! Stacks, their components, connectors and secrets, in a database of this machine.
//!
//! The database is one `SQLite` file, shared by every process of the user: readers never wait, writers wait for one
//! another. Every change is one transaction that holds all of it or nothing. Secret values are encrypted before
//! they reach the database; the key lies beside it in a file that only the user may read.

mod active;
mod bundled;
mod component;
mod database;
mod error;
mod key_file;
mod migrations;
mod secret;
mod stack;
mod vault;

pub use active::active_stack;
pub use bundled::LOCAL;
pub use component::{Component, Summary};
pub use database::{DATABASE, Records};
pub use error::{Error, Result};
pub use key_file::KEY_FILE;
pub use secret::SecretNames;
pub use stack::Stack;

/// Names of components, stacks and secrets: what can be typed and put into a path without quoting.
pub fn check_name(what: &'static str, name: &str) -> Result<()> {
    let allowed = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    let fits = (1..=100).contains(&name.len())
        && name.chars().all(allowed)
        && name.starts_with(|it: char| it.is_ascii_alphanumeric());
    if fits { Ok(()) } else { Err(Error::Name { what, name: name.to_owned() }) }
}

/// A time as the database holds it.
fn text(time: jiff::Timestamp) -> String {
    format!("{time:.3}")
}
