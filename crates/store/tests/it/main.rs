//! One suite over both implementations of the store: a folder, and S3 as another project serves it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod address;
mod faults;
#[cfg(feature = "records")]
mod records;
mod s3;
mod suite;
