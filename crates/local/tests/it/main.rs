//! Tests of the embedded endpoint: real processes, foreign clients.

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
