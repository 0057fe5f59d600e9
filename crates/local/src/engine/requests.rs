//! The requests the engine answers, in the service's own member names.
//!
//! They deserialise from the JSON body of the operation of the same name, after it was validated against the API
//! model. Members the engine has no use for are not listed and are ignored.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::wire_time;

/// A tag on a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    /// At most 128 characters.
    pub key: String,
    /// At most 256 characters.
    pub value: String,
}

/// How many steps of one execution may run at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ParallelismConfiguration {
    /// At least 1.
    pub max_parallel_execution_steps: u32,
}

/// A value for a pipeline parameter; always text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ParameterValue {
    /// The parameter's name.
    pub name: String,
    /// Its value as text.
    pub value: String,
}

/// Which steps to run, and where the outputs of the others come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SelectiveExecutionConfig {
    /// The earlier execution of the same pipeline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_pipeline_execution_arn: Option<String>,
    /// The steps to run, 1 to 50.
    pub selected_steps: Vec<SelectedStep>,
}

/// One entry of [`SelectiveExecutionConfig::selected_steps`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SelectedStep {
    /// The step's name.
    pub step_name: String,
}

/// `CreatePipeline`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreatePipeline {
    /// The new pipeline's name.
    pub pipeline_name: String,
    /// Defaults to the name.
    pub pipeline_display_name: Option<String>,
    /// The definition's text. When the request names an S3 location instead, the operation reads it and sets this.
    pub pipeline_definition: Option<String>,
    /// Free text.
    pub pipeline_description: Option<String>,
    /// The same token gives the same answer again.
    pub client_request_token: String,
    /// The role that runs the pipeline.
    pub role_arn: String,
    /// Tags of the pipeline resource.
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// Default for the executions.
    pub parallelism_configuration: Option<ParallelismConfiguration>,
}

/// `UpdatePipeline`; what is absent stays as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdatePipeline {
    /// Name or ARN.
    pub pipeline_name: String,
    /// See [`CreatePipeline`].
    pub pipeline_display_name: Option<String>,
    /// See [`CreatePipeline`].
    pub pipeline_definition: Option<String>,
    /// See [`CreatePipeline`].
    pub pipeline_description: Option<String>,
    /// See [`CreatePipeline`].
    pub role_arn: Option<String>,
    /// See [`CreatePipeline`].
    pub parallelism_configuration: Option<ParallelismConfiguration>,
}

/// `StartPipelineExecution`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StartPipelineExecution {
    /// Name or ARN.
    pub pipeline_name: String,
    /// The same token gives the same execution again.
    pub client_request_token: String,
    /// Defaults to `execution-<epoch milliseconds>`.
    pub pipeline_execution_display_name: Option<String>,
    /// Values that differ from the defaults.
    #[serde(default)]
    pub pipeline_parameters: Vec<ParameterValue>,
    /// Free text.
    pub pipeline_execution_description: Option<String>,
    /// Overrides the pipeline's.
    pub parallelism_configuration: Option<ParallelismConfiguration>,
    /// Runs a part of the pipeline.
    pub selective_execution_config: Option<SelectiveExecutionConfig>,
    /// Defaults to the newest version.
    pub pipeline_version_id: Option<u64>,
}

/// `StopPipelineExecution`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StopPipelineExecution {
    /// Which execution.
    pub pipeline_execution_arn: String,
    /// The same token gives the same answer again.
    pub client_request_token: String,
}

/// `RetryPipelineExecution`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RetryPipelineExecution {
    /// Which execution.
    pub pipeline_execution_arn: String,
    /// The same token gives the same answer again.
    pub client_request_token: String,
    /// Replaces the execution's.
    pub parallelism_configuration: Option<ParallelismConfiguration>,
}

/// `UpdatePipelineExecution`; what is absent stays as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdatePipelineExecution {
    /// Which execution.
    pub pipeline_execution_arn: String,
    /// Free text.
    pub pipeline_execution_description: Option<String>,
    /// At most 82 characters.
    pub pipeline_execution_display_name: Option<String>,
    /// Holds from now on; steps that run already are not stopped.
    pub parallelism_configuration: Option<ParallelismConfiguration>,
}

/// Which way a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SortOrder {
    /// Smallest or oldest first.
    Ascending,
    /// Largest or newest first.
    Descending,
}

/// The members that all `List…` requests share; those an operation does not have stay absent.
///
/// One type for all of them: filter names differ between operations (`NamePrefix`, `NameContains`,
/// `CreatedAfter`, `CreationTimeAfter`), their meaning does not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct List {
    /// `ListPipelineExecutions`: name or ARN of the pipeline.
    pub pipeline_name: Option<String>,
    /// `ListPipelineExecutionSteps`, `ListPipelineParametersForExecution`: the execution.
    pub pipeline_execution_arn: Option<String>,
    /// `ListPipelines`.
    #[serde(alias = "PipelineNamePrefix")]
    pub name_prefix: Option<String>,
    /// Job lists.
    pub name_contains: Option<String>,
    /// Job lists.
    pub status_equals: Option<String>,
    /// Exclusive lower bound of the creation time.
    #[serde(alias = "CreationTimeAfter", with = "wire_time::option")]
    pub created_after: Option<Timestamp>,
    /// Exclusive upper bound of the creation time.
    #[serde(alias = "CreationTimeBefore", with = "wire_time::option")]
    pub created_before: Option<Timestamp>,
    /// Exclusive lower bound of the time of the last change.
    #[serde(alias = "LastModifiedTimeAfter", with = "wire_time::option")]
    pub modified_after: Option<Timestamp>,
    /// Exclusive upper bound of the time of the last change.
    #[serde(alias = "LastModifiedTimeBefore", with = "wire_time::option")]
    pub modified_before: Option<Timestamp>,
    /// What to sort by; each operation knows its own names.
    pub sort_by: Option<String>,
    /// Which way.
    pub sort_order: Option<SortOrder>,
    /// 1 to 100, default 100 (10 for job lists).
    pub max_results: Option<u32>,
    /// From the previous page.
    pub next_token: Option<String>,
}
