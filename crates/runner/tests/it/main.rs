//! The supervisor as a process, with workers written in shell, over a store in a folder.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::needless_pass_by_value, reason = "`json!` in place reads better without an ampersand")]

mod deaths;
mod job;
mod output_data;
mod s3;
mod setup;
mod stops;
mod success;
