//! SageMaker over the official AWS SDK: submit a definition, follow an execution, read its logs, stop and retry it.
//!
//! One client serves two endpoints: Amazon SageMaker and the embedded endpoint, told apart only by
//! [`Connection::endpoint_url`]. Nothing here knows how a pipeline was written; a compiled definition goes in,
//! statuses come out. The crate itself reads no environment and no home directory; the SDK does, where a caller asks for
//! AWS's own configuration.

pub mod authentication;
pub mod causes;
mod client;
mod connection;
mod control;
mod details;
mod error;
mod http;
mod logs;
mod patience;
pub mod policy;
pub mod preflight;
mod runs;
mod session;
mod submit;

pub use authentication::{AskMfa, Authentication, NoMfa, Secret};
pub use client::Client;
pub use connection::Connection;
pub use details::{JobDetails, Phase};
pub use error::Error;
pub use logs::{LogCursor, LogEvent};
pub use runs::{Job, RunState, RunStatus, RunSummary, StepState, StepStatus};
pub use session::{CallerIdentity, Session};
pub use submit::{Submission, Submitted, Upsert};

/// The result of every call of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;
