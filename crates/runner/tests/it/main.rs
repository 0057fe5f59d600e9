//! The supervisor as a process, with workers written in shell, over a store in a folder.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod deaths;
mod job;
mod output_data;
mod setup;
mod stops;
mod success;
