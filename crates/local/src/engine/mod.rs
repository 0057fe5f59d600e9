//! The part of the endpoint that runs pipelines.
//!
//! ```text
//! operations ──▶ Engine ──event──▶ Machine ──actions──▶ Executor
//!                  │  ▲                                    │
//!               journal└────────────JobReporter────────────┘
//! ```
//!
//! [`Machine`](machine::Machine) is one execution as a pure state machine: events with their times go in, actions come
//! out. [`Engine`] owns all machines: it writes every event to the execution's journal, lets the machine take it, and
//! only then acts. After a crash the journal is read back and the machine asks again for everything that is under way.
//!
//! Answers are JSON values in the service's own wire shape (`Describe…` responses, `List…` responses), times as epoch
//! seconds.

mod driver;
mod error;
mod executions;
mod executor;
mod jobs;
mod load;
pub mod machine;
mod perform;
mod pipelines;
mod reporter;
mod requests;
mod start;
mod tags;
pub mod wire_time;

pub use driver::{Engine, FaultPoint, Options};
pub use error::Error;
pub use executor::{Executor, JobEnd, JobKind, JobOrder, JobOutcome, Refusal, RefusalClass};
pub use reporter::{JobNews, JobReporter};
pub use requests::{
    CreatePipeline, List, ParallelismConfiguration, ParameterValue, RetryPipelineExecution, SelectedStep,
    SelectiveExecutionConfig, SortOrder, StartPipelineExecution, StopPipelineExecution, Tag, UpdatePipeline,
    UpdatePipelineExecution,
};

#[cfg(test)]
mod tests;
