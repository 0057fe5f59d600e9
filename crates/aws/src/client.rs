//! The SDK clients of the services that a run needs, over one HTTP connection pool.

use aws_sdk_cloudwatchlogs as cloudwatchlogs;
use aws_sdk_sagemaker as sagemaker;

use crate::Session;

/// A handle to SageMaker and its logs; cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) sagemaker: sagemaker::Client,
    pub(crate) logs: cloudwatchlogs::Client,
}

impl Client {
    /// Builds the clients. Nothing is sent until the first call.
    pub fn new(session: &Session) -> Self {
        Self {
            sagemaker: sagemaker::Client::new(session.config()),
            logs: cloudwatchlogs::Client::new(session.config()),
        }
    }
}
