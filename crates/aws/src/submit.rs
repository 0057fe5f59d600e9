//! `submit`: make the pipeline resource equal to a definition, then start an execution of it.

use aws_sdk_sagemaker::types::{ParallelismConfiguration, Parameter, PipelineDefinitionS3Location, Tag};
use sagewright_store::Store;
use std::collections::BTreeMap;

use crate::{Client, Error, Result};

/// The SageMaker SDK moves a definition to S3 from this many bytes on, and so do we: the request itself is limited
/// to 1 MiB of definition text.
const INLINE_DEFINITION_BYTES: usize = 100 * 1024;

/// A definition and how it is to be started.
#[derive(Debug, Clone)]
pub struct Submission<'a> {
    /// The pipeline resource's name, within SageMaker's limits.
    pub pipeline_name: &'a str,
    /// What the pipeline is for.
    pub description: Option<&'a str>,
    /// The pipeline definition, as JSON text.
    pub definition: &'a str,
    /// The role that SageMaker assumes for orchestration.
    pub role_arn: &'a str,
    /// Tags of the pipeline resource; SageMaker carries them over to the jobs.
    pub tags: &'a BTreeMap<String, String>,
    /// Pipeline parameters that differ from their defaults, as text.
    pub parameters: &'a BTreeMap<String, String>,
    /// How many steps may run at once; `None` leaves it to SageMaker.
    pub max_parallel_steps: Option<i32>,
    /// Makes a repeated start answer with the execution the first one began; 32 to 128 characters.
    pub token: &'a str,
}

/// What became of the pipeline resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upsert {
    /// There was none of this name.
    Created,
    /// It held another definition, role or description.
    Updated,
    /// It was already as wanted.
    Unchanged,
}

/// An execution that was started.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// What happened to the pipeline resource.
    pub upsert: Upsert,
    /// The execution's ARN; its last segment is the run's id.
    pub execution_arn: String,
}

impl Client {
    /// Creates or updates the pipeline, then starts it. Calling it again with the same token starts nothing twice.
    pub async fn submit(&self, submission: &Submission<'_>, store: &Store) -> Result<Submitted> {
        let upsert = self.upsert(submission, store).await?;
        let execution_arn = self.start(submission).await?;
        Ok(Submitted { upsert, execution_arn })
    }

    async fn upsert(&self, submission: &Submission<'_>, store: &Store) -> Result<Upsert> {
        let existing = self
            .sagemaker
            .describe_pipeline()
            .pipeline_name(submission.pipeline_name)
            .send()
            .await
            .map_err(|error| Error::from_sdk("DescribePipeline", &error));
        match existing {
            Ok(pipeline)
                if pipeline.pipeline_definition() == Some(submission.definition)
                    && pipeline.role_arn() == Some(submission.role_arn)
                    && pipeline.pipeline_description() == submission.description =>
            {
                Ok(Upsert::Unchanged)
            }
            Ok(_) => self.update(submission, store).await.map(|()| Upsert::Updated),
            Err(error) if error.is_not_found() => {
                self.create(submission, store).await.map(|()| Upsert::Created)
            }
            Err(error) => Err(error),
        }
    }

    async fn create(&self, submission: &Submission<'_>, store: &Store) -> Result<()> {
        let (inline, location) = place_definition(submission.definition, store).await?;
        let tags: Vec<Tag> =
            submission.tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
        self.sagemaker
            .create_pipeline()
            .pipeline_name(submission.pipeline_name)
            .set_pipeline_description(submission.description.map(str::to_owned))
            .set_pipeline_definition(inline)
            .set_pipeline_definition_s3_location(location)
            .role_arn(submission.role_arn)
            .set_tags((!tags.is_empty()).then_some(tags))
            .send()
            .await
            .map_err(|error| Error::from_sdk("CreatePipeline", &error))?;
        Ok(())
    }

    async fn update(&self, submission: &Submission<'_>, store: &Store) -> Result<()> {
        let (inline, location) = place_definition(submission.definition, store).await?;
        self.sagemaker
            .update_pipeline()
            .pipeline_name(submission.pipeline_name)
            .set_pipeline_description(submission.description.map(str::to_owned))
            .set_pipeline_definition(inline)
            .set_pipeline_definition_s3_location(location)
            .role_arn(submission.role_arn)
            .send()
            .await
            .map_err(|error| Error::from_sdk("UpdatePipeline", &error))?;
        Ok(())
    }

    async fn start(&self, submission: &Submission<'_>) -> Result<String> {
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
            .client_request_token(submission.token)
            .set_pipeline_parameters((!parameters.is_empty()).then_some(parameters))
            .set_parallelism_configuration(parallelism)
            .send()
            .await
            .map_err(|error| Error::from_sdk("StartPipelineExecution", &error))?
            .pipeline_execution_arn
            .ok_or(Error::Incomplete { operation: "StartPipelineExecution", member: "PipelineExecutionArn" })
    }
}

/// A small definition travels in the request, a large one through the artifact store.
async fn place_definition(
    definition: &str,
    store: &Store,
) -> Result<(Option<String>, Option<PipelineDefinitionS3Location>)> {
    if definition.len() <= INLINE_DEFINITION_BYTES {
        return Ok((Some(definition.to_owned()), None));
    }
    let operation = "CreatePipeline";
    let key = format!("definitions/{}.json", sagewright_store::hash_hex(definition));
    store.put_bytes(&key, definition.to_owned()).await?;
    let uri = store.uri_of(&key);
    let (bucket, key) =
        uri.strip_prefix("s3://").and_then(|rest| rest.split_once('/')).ok_or_else(|| Error::Request {
            operation,
            message: format!(
                "a definition of {} bytes needs an artifact store on S3, not `{uri}`",
                definition.len()
            ),
        })?;
    let location = PipelineDefinitionS3Location::builder().bucket(bucket).object_key(key).build();
    Ok((None, Some(location)))
}
