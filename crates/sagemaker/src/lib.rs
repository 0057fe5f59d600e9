//! SageMaker as data: what a pipeline becomes there, and what SageMaker accepts.
//!
//! This crate plans a [`CheckedPipeline`](sagewright_spec::CheckedPipeline) for a stack ([`plan()`]) and lowers
//! the plan to a pipeline definition ([`lower()`]). It also reads definitions that anybody wrote
//! ([`definition`]) and checks requests against the public API model ([`api`]). It is pure: no request is sent
//! from here, no file read, no clock asked.
//!
//! ```text
//! CheckedPipeline ──plan──▶ Plan ──lower──▶ Definition ──▶ (crate `sagewright-aws` submits it)
//! ```
//!
//! ```
//! use sagewright_sagemaker::{Target, lower, plan};
//!
//! let text = r#"{"version": 1, "name": "hello", "steps": [{"name": "greet", "command": ["greet"]}]}"#;
//! let pipeline = sagewright_spec::parse(text).expect("the document is well formed");
//! let checked = sagewright_spec::check(pipeline).expect("the pipeline is sound");
//! let target = Target {
//!     store_uri: "s3://bucket".into(),
//!     code: None,
//!     image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/steps:1".into(),
//!     role_arn: "arn:aws:iam::123456789012:role/ml".into(),
//!     command_path: None,
//!     defaults: sagewright_spec::Settings::default(),
//!     account_id: "123456789012".into(),
//!     region: "eu-west-1".into(),
//!     pipeline_name: None,
//! };
//! let plan = plan(&checked, &target).expect("the plan fits every limit");
//! assert!(lower(&plan).to_json().starts_with(r#"{"Version":"2020-12-01""#));
//! ```

pub mod api;
pub mod definition;
pub mod instances;
pub mod limits;
pub mod lower;
pub mod names;
pub mod plan;

pub use lower::{Definition, lower};
pub use plan::{EnvironmentValue, JobKind, PIPELINE_TAG, Plan, PlannedStep, Target, check_values, plan};
