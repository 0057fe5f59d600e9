//! The embedded endpoint: the AWS services a pipeline needs, on one port of this machine.
//!
//! It speaks SageMaker, S3, CloudWatch Logs and STS as their own clients expect it, and runs the jobs of pipelines as
//! processes. It knows pipelines only as SageMaker definitions, so that what it accepts SageMaker accepts too.
//!
//! ```text
//! client ──signed request──▶ server ──▶ operation ──▶ engine ──▶ executor ──▶ job host ──▶ the job
//! ```
//!
//! It never reaches beyond 127.0.0.1, reads no environment (a job host takes over a few variables of its own), and
//! keeps everything it must not forget in its state directory, under a lock.
//!
//! ```no_run
//! # async fn run() -> Result<(), sagewright_local::Error> {
//! let options = sagewright_local::Options::new("/tmp/endpoint", vec!["sagewright".into(), "job-host".into()]);
//! let endpoint = sagewright_local::start(options).await?;
//! let url = &endpoint.connection().endpoint_url;
//! # let _ = url;
//! endpoint.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod auth;
mod clock;
mod connection;
mod credentials;
pub mod engine;
mod error;
mod executor;
mod handle;
pub mod host;
mod lock;
mod logs;
mod ops;
mod options;
mod s3;
mod server;
pub mod state;

pub use connection::{ACCOUNT_ID, CONNECTION_FILE, Connection, REGION, read_connection};
pub use error::Error;
pub use handle::{Handle, start};
pub use options::Options;
