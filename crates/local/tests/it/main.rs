//! Tests of the embedded endpoint: real processes, foreign clients.

#![expect(clippy::unwrap_used, reason = "what cannot be had fails the test")]

mod endpoint;
mod faults;
mod host;
mod load;
mod logs;
mod operations;
mod processing;
mod restart;
mod s3;
mod signatures;
mod support;
mod training;
