//! The client against an endpoint in this process that throttles, loses answers and forgets.

mod fake;
mod jobs;
mod logs;
mod sessions;
mod submit;
