//! One pipeline resource for each pipeline: created, updated, or left as it is.

use aws_sdk_sagemaker::operation::describe_pipeline::DescribePipelineOutput;
use sagewright_store::Store;

use super::definition::{Placed, place};
use super::verify::Known;
use super::{Submission, Upsert, tags};
use crate::patience::patient;
use crate::{Client, Error, Result};

/// What was done, and what is known by it of the next start.
type Made = (Upsert, Known);

impl Client {
    pub(super) async fn upsert(&self, submission: &Submission<'_>, store: &Store) -> Result<Made> {
        if let Some(existing) = self.describe(submission.pipeline_name).await? {
            return self.make_equal(&existing, submission, store).await;
        }
        match self.create(submission, store).await {
            Ok(()) => Ok((Upsert::Created, Known::Created)),
            // Somebody else was faster, or our own first request had arrived although its answer did not.
            Err(error) if is_taken(&error) => match self.describe(submission.pipeline_name).await? {
                Some(existing) => self.make_equal(&existing, submission, store).await,
                None => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    pub(super) async fn describe(&self, pipeline_name: &str) -> Result<Option<DescribePipelineOutput>> {
        let answer = patient(|| async {
            self.sagemaker
                .describe_pipeline()
                .pipeline_name(pipeline_name)
                .send()
                .await
                .map_err(|error| Error::from_sdk("DescribePipeline", &error))
        });
        match answer.await {
            Ok(pipeline) => Ok(Some(pipeline)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn make_equal(
        &self,
        existing: &DescribePipelineOutput,
        submission: &Submission<'_>,
        store: &Store,
    ) -> Result<Made> {
        let arn = existing
            .pipeline_arn()
            .ok_or(Error::Incomplete { operation: "DescribePipeline", member: "PipelineArn" })?;
        let actual = self.tags(arn).await?;
        let owner = actual.as_ref().and_then(|tags| tags.get(submission.owner_tag));
        if actual.is_some() && owner != submission.tags.get(submission.owner_tag) {
            return Err(Error::NameTaken {
                pipeline_name: submission.pipeline_name.to_owned(),
                owner: owner.cloned(),
            });
        }
        let same = existing.pipeline_definition() == Some(submission.definition)
            && existing.role_arn() == Some(submission.role_arn)
            && existing.pipeline_description().unwrap_or_default()
                == submission.description.unwrap_or_default();
        let known = if same {
            Known::ReadBack
        } else {
            self.update(submission, store).await?.map_or(Known::Nothing, Known::Version)
        };
        let retagged = match &actual {
            Some(actual) => self.make_tags(arn, actual, submission).await?,
            None => false,
        };
        Ok((if same && !retagged { Upsert::Unchanged } else { Upsert::Updated }, known))
    }

    async fn create(&self, submission: &Submission<'_>, store: &Store) -> Result<()> {
        let Placed { inline, location } = place(submission.definition, store).await?;
        patient(|| async {
            self.sagemaker
                .create_pipeline()
                .pipeline_name(submission.pipeline_name)
                .set_pipeline_description(submission.description.map(str::to_owned))
                .set_pipeline_definition(inline.clone())
                .set_pipeline_definition_s3_location(location.clone())
                .role_arn(submission.role_arn)
                .client_request_token(format!("create-{}", submission.token))
                .set_tags(tags::of(submission))
                .send()
                .await
                .map_err(|error| Error::from_sdk("CreatePipeline", &error))
        })
        .await?;
        Ok(())
    }

    async fn update(&self, submission: &Submission<'_>, store: &Store) -> Result<Option<i64>> {
        let Placed { inline, location } = place(submission.definition, store).await?;
        let answer = patient(|| async {
            self.sagemaker
                .update_pipeline()
                .pipeline_name(submission.pipeline_name)
                // An absent description would leave the old one standing.
                .pipeline_description(submission.description.unwrap_or_default())
                .set_pipeline_definition(inline.clone())
                .set_pipeline_definition_s3_location(location.clone())
                .role_arn(submission.role_arn)
                .send()
                .await
                .map_err(|error| Error::from_sdk("UpdatePipeline", &error))
        })
        .await?;
        Ok(answer.pipeline_version_id)
    }
}

/// SageMaker answers a name that is in use with a `ValidationException`; its text is all there is to tell it by.
fn is_taken(error: &Error) -> bool {
    matches!(error, Error::Refused { code, message, .. }
        if code == "ResourceInUse"
            || code == "ConflictException"
            || (code == "ValidationException" && message.contains("must be unique")))
}
