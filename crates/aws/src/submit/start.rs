//! Starting an execution once, whatever becomes of the answer.

use aws_sdk_sagemaker::config::Builder;
use aws_sdk_sagemaker::types::{ParallelismConfiguration, Parameter, SortOrder};
use aws_smithy_types::retry::RetryConfig;
use std::time::Duration;
use tokio::time::Instant;

use super::Submission;
use crate::patience::{Waits, patient};
use crate::{Client, Error, Result};

/// How long a lost answer is looked for.
const PATIENCE: Duration = Duration::from_mins(1);

/// One start of a submission.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start<'a> {
    pub(super) submission: &'a Submission<'a>,
    /// The version of the pipeline to start, where SageMaker has named it.
    pub(super) version: Option<i64>,
    /// The same for every try.
    pub(super) token: &'a str,
    /// Executions of the same display name that are not this one.
    pub(super) foreign: &'a [String],
}

impl Client {
    pub(super) async fn start(&self, start: &Start<'_>) -> Result<String> {
        let Submission { pipeline_name, display_name, .. } = *start.submission;
        let began = Instant::now();
        let mut waits = Waits::new(Duration::from_millis(250), Duration::from_secs(10));
        loop {
            let error = match patient(|| self.start_once(start)).await {
                Ok(arn) => return Ok(arn),
                Err(error) if error.is_answer_lost() => error,
                Err(error) => return Err(error),
            };
            // The request may have arrived. The same token would make a second one harmless on SageMaker; looking
            // first makes it harmless wherever tokens are not kept.
            loop {
                if began.elapsed() > PATIENCE {
                    return Err(error);
                }
                waits.wait().await;
                match self.find_execution(pipeline_name, display_name).await {
                    Ok(Some(arn)) if !start.foreign.contains(&arn) => return Ok(arn),
                    Ok(_) => break,
                    Err(silent) if silent.is_answer_lost() => {}
                    Err(other) => return Err(other),
                }
            }
        }
    }

    async fn start_once(&self, start: &Start<'_>) -> Result<String> {
        let submission = start.submission;
        let parameters: Vec<Parameter> = submission
            .parameters
            .iter()
            .map(|(name, value)| Parameter::builder().name(name).value(value).build())
            .collect();
        let parallelism = submission
            .max_parallel_steps
            .map(|steps| ParallelismConfiguration::builder().max_parallel_execution_steps(steps).build());
        self.sagemaker
            .start_pipeline_execution()
            .pipeline_name(submission.pipeline_name)
            .pipeline_execution_display_name(submission.display_name)
            .client_request_token(start.token)
            .set_pipeline_version_id(start.version)
            .set_pipeline_parameters((!parameters.is_empty()).then_some(parameters))
            .set_parallelism_configuration(parallelism)
            .customize()
            .config_override(Builder::new().retry_config(RetryConfig::disabled()))
            .send()
            .await
            .map_err(|error| Error::from_sdk("StartPipelineExecution", &error))?
            .pipeline_execution_arn
            .ok_or(Error::Incomplete { operation: "StartPipelineExecution", member: "PipelineExecutionArn" })
    }

    /// The newest execution of a pipeline that has this display name, among the last hundred.
    pub async fn find_execution(&self, pipeline_name: &str, display_name: &str) -> Result<Option<String>> {
        let page = patient(|| async {
            self.sagemaker
                .list_pipeline_executions()
                .pipeline_name(pipeline_name)
                .sort_order(SortOrder::Descending)
                .max_results(100)
                .send()
                .await
                .map_err(|error| Error::from_sdk("ListPipelineExecutions", &error))
        });
        match page.await {
            Ok(page) => Ok(page
                .pipeline_execution_summaries
                .unwrap_or_default()
                .into_iter()
                .find(|run| run.pipeline_execution_display_name.as_deref() == Some(display_name))
                .and_then(|run| run.pipeline_execution_arn)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}
