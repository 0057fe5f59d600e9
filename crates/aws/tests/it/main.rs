//! The client against an endpoint in this process that throttles, loses answers and forgets.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod fake;
mod jobs;
mod logs;
mod sessions;
mod submit;
