//! The operations, one file each. An operation gets a request that the API model has accepted.

mod add_tags;
mod create_pipeline;
mod definition;
mod delete_pipeline;
mod delete_tags;
mod describe_log_groups;
mod describe_log_streams;
mod describe_pipeline;
mod describe_pipeline_definition_for_execution;
mod describe_pipeline_execution;
mod describe_processing_job;
mod describe_training_job;
mod filter_log_events;
mod get_caller_identity;
mod get_log_events;
mod list_pipeline_execution_steps;
mod list_pipeline_executions;
mod list_pipeline_parameters_for_execution;
mod list_pipelines;
mod list_processing_jobs;
mod list_tags;
mod list_training_jobs;
mod retry_pipeline_execution;
mod start_pipeline_execution;
mod stop_pipeline_execution;
mod stop_processing_job;
mod stop_training_job;
mod update_pipeline;
mod update_pipeline_execution;

use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) use self::get_caller_identity::get_caller_identity;
use crate::server::{ServiceError, Services};

/// One operation: a validated request in, the response out. May read and write files.
pub(crate) type Operation = fn(&Services, Value) -> Result<Value, ServiceError>;

/// Finds an operation of one of the JSON services.
pub(crate) fn find(service: &str, operation: &str) -> Option<Operation> {
    match service {
        "sagemaker" => sagemaker(operation),
        "logs" => logs(operation),
        _ => None,
    }
}

fn sagemaker(operation: &str) -> Option<Operation> {
    Some(match operation {
        "AddTags" => add_tags::call,
        "CreatePipeline" => create_pipeline::call,
        "DeletePipeline" => delete_pipeline::call,
        "DeleteTags" => delete_tags::call,
        "DescribePipeline" => describe_pipeline::call,
        "DescribePipelineDefinitionForExecution" => describe_pipeline_definition_for_execution::call,
        "DescribePipelineExecution" => describe_pipeline_execution::call,
        "DescribeProcessingJob" => describe_processing_job::call,
        "DescribeTrainingJob" => describe_training_job::call,
        "ListPipelineExecutionSteps" => list_pipeline_execution_steps::call,
        "ListPipelineExecutions" => list_pipeline_executions::call,
        "ListPipelineParametersForExecution" => list_pipeline_parameters_for_execution::call,
        "ListPipelines" => list_pipelines::call,
        "ListProcessingJobs" => list_processing_jobs::call,
        "ListTags" => list_tags::call,
        "ListTrainingJobs" => list_training_jobs::call,
        "RetryPipelineExecution" => retry_pipeline_execution::call,
        "StartPipelineExecution" => start_pipeline_execution::call,
        "StopPipelineExecution" => stop_pipeline_execution::call,
        "StopProcessingJob" => stop_processing_job::call,
        "StopTrainingJob" => stop_training_job::call,
        "UpdatePipeline" => update_pipeline::call,
        "UpdatePipelineExecution" => update_pipeline_execution::call,
        _ => return None,
    })
}

fn logs(operation: &str) -> Option<Operation> {
    Some(match operation {
        "DescribeLogGroups" => describe_log_groups::call,
        "DescribeLogStreams" => describe_log_streams::call,
        "FilterLogEvents" => filter_log_events::call,
        "GetLogEvents" => get_log_events::call,
        _ => return None,
    })
}

/// Reads a request into its type. The API model has checked it, so a failure is a request we read wrongly.
fn parse<T: DeserializeOwned>(request: Value) -> Result<T, ServiceError> {
    serde_json::from_value(request)
        .map_err(|error| ServiceError::new("SerializationException", 400, error.to_string()))
}

/// A text member that the API model requires.
fn text<'a>(request: &'a Value, member: &str) -> &'a str {
    request.get(member).and_then(Value::as_str).unwrap_or_default()
}
