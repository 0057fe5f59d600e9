//! The pipeline as data: what a front such as the Python package writes and everything else reads.
//!
//! This crate holds the versioned JSON document ([`Pipeline`]), the checks that turn it into a
//! [`CheckedPipeline`], and the [`Diagnostic`]s that say what is wrong and where in the user's own file.
//! It is pure: it reads no file, no clock, no environment, and it knows neither Python nor AWS requests. The few
//! AWS limits that hold for every pipeline are in [`limits`], so that they are reported with file and line
//! before anything is planned.
//!
//! ```text
//! text ──parse──▶ Pipeline ──check──▶ CheckedPipeline ──▶ (crate `sagewright-sagemaker`)
//! ```
//!
//! [`CheckedPipeline`] has no public constructor: what was not checked cannot be planned.
//!
//! ```
//! let text = r#"{"version": 1, "name": "training", "steps": [
//!     {"name": "load", "command": ["load"], "outputs": [{"name": "rows"}]},
//!     {"name": "train", "command": ["train"], "inputs": {"data": {"step": "load", "output": "rows"}}}]}"#;
//! let pipeline = sagewright_spec::parse(text).expect("the document is well formed");
//! let checked = sagewright_spec::check(pipeline).expect("the pipeline is sound");
//! assert_eq!(checked.order(), [0, 1]);
//! ```

pub mod arguments;
mod bind;
mod check;
mod checks;
mod code;
mod diagnostic;
mod graph;
mod index;
mod input;
pub mod limits;
mod nearest;
mod parameter;
mod parse;
mod pipeline;
mod schema;
mod settings;

pub use bind::bind_parameters;
pub use check::{CheckedPipeline, check, check_settings};
pub use code::Code;
pub use diagnostic::{Diagnostic, render};
pub use input::{Element, Input};
pub use nearest::nearest;
pub use parameter::{Parameter, ParameterType};
pub use parse::parse;
pub use pipeline::{Output, Pipeline, Source, Step, VERSION};
pub use schema::schema;
pub use settings::{
    InputMode, KeepAlive, Locations, OutputMode, Retries, RetryPolicy, Settings, apply_patch, merge_patches,
};
