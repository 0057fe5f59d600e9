//! Tests of the embedded endpoint: real processes, foreign clients.

mod endpoint;
mod host;
mod logs;
mod processing;
mod restart;
mod s3;
mod signatures;
mod support;
mod training;
