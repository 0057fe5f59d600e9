//! Whether an execution runs the definition it was started for. Where SageMaker has named the version that was started
//! there is no question; a pipeline that was found as wanted, or was just created, has none.

use serde_json::Value;

use super::Submission;
use crate::patience::patient;
use crate::{Client, Error, Result};

/// What is known, before a start, of which definition will be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// The update has named the version it made.
    Version(i64),
    /// The pipeline was read back exactly as it was sent.
    ReadBack,
    /// The pipeline was created; how it reads is not known.
    Created,
    /// The pipeline was updated, by an API that knows no versions.
    Nothing,
}

impl Known {
    /// The version to start.
    pub(super) fn version(self) -> Option<i64> {
        match self {
            Self::Version(version) => Some(version),
            _ => None,
        }
    }
}

impl Client {
    /// Says no only where somebody else's definition was started. Who may not look takes what there is.
    pub(super) async fn runs_own_definition(
        &self,
        execution_arn: &str,
        known: Known,
        submission: &Submission<'_>,
    ) -> Result<bool> {
        if matches!(known, Known::Version(_) | Known::Nothing) {
            return Ok(true);
        }
        let answer = patient(|| async {
            self.sagemaker
                .describe_pipeline_definition_for_execution()
                .pipeline_execution_arn(execution_arn)
                .send()
                .await
                .map_err(|error| Error::from_sdk("DescribePipelineDefinitionForExecution", &error))
        });
        let Ok(answer) = answer.await else { return Ok(true) };
        if answer.pipeline_definition().is_none_or(|text| is_same(text, submission.definition)) {
            return Ok(true);
        }
        // A definition that was read back as it was sent must be the same in the execution. One that was just created
        // may read otherwise, and is somebody else's only if the pipeline was changed since.
        if known == Known::ReadBack {
            return Ok(false);
        }
        let pipeline = self.describe(submission.pipeline_name).await?;
        let changed = pipeline.is_some_and(|it| it.last_modified_time() > it.creation_time());
        Ok(!changed)
    }
}

fn is_same(left: &str, right: &str) -> bool {
    let parse = |text| serde_json::from_str::<Value>(text).ok();
    left == right || (parse(left).is_some() && parse(left) == parse(right))
}
