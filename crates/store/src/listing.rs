//! What a listing found: the records, and those that could not be read.

use crate::Error;

/// Records of a listing. One damaged object does not hide all others.
#[derive(Debug)]
pub struct Listing<T> {
    /// What could be read.
    pub records: Vec<T>,
    /// Why the others could not; each error names its object.
    pub unreadable: Vec<Error>,
}
