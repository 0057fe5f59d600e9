//! Any pipeline definition (version 2020-12-01) as typed data.
//!
//! [`Document::parse`] accepts what any tool wrote, not only what this project lowers: it is what the embedded endpoint
//! holds a definition against. Everything that can be found without running is found here: unknown keys and types,
//! references to nothing, cycles, arguments that the API would refuse. [`Expression`] and [`resolve`] are what is left
//! for run time.

mod condition;
mod document;
mod evaluate;
mod expression;
mod graph;
mod job;
mod parameter;
mod path;
mod policy;
mod reader;
mod step;

pub use condition::{Comparison, Condition};
pub use document::{Document, MAX_DEFINITION_CHARACTERS, describe};
pub use evaluate::{EvaluationError, Scope, evaluate, resolve, time_value, to_text};
pub use expression::{ExecutionVariable, Expression, FileSource};
pub use parameter::{Parameter, ParameterType};
pub use path::{Path, Segment};
pub use policy::{CacheConfig, PropertyFile, RetryPolicy, parse_duration};
pub use step::{Branch, Edge, Gate, JobKind, Step, StepKind, Trigger};

#[cfg(test)]
mod tests;
