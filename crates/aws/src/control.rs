//! `stop` and `retry` of an execution.

use crate::patience::patient;
use crate::{Client, Error, Result};

impl Client {
    /// Asks SageMaker to stop an execution; running jobs get their stop signal.
    ///
    /// `token` makes a repeated call the same call (32 to 128 characters).
    pub async fn stop(&self, execution_arn: &str, token: &str) -> Result<()> {
        patient(|| async {
            self.sagemaker
                .stop_pipeline_execution()
                .pipeline_execution_arn(execution_arn)
                .client_request_token(token)
                .send()
                .await
                .map_err(|error| Error::from_sdk("StopPipelineExecution", &error))
        })
        .await?;
        Ok(())
    }

    /// Starts a failed or stopped execution again where it ended; the ARN stays the same.
    pub async fn retry(&self, execution_arn: &str, token: &str) -> Result<()> {
        patient(|| async {
            self.sagemaker
                .retry_pipeline_execution()
                .pipeline_execution_arn(execution_arn)
                .client_request_token(token)
                .send()
                .await
                .map_err(|error| Error::from_sdk("RetryPipelineExecution", &error))
        })
        .await?;
        Ok(())
    }
}
