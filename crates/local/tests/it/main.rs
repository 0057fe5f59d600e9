//! Tests of the embedded endpoint: real processes, foreign clients.

mod host;
mod support;
