//! `submit`: make the pipeline resource equal to a definition, then start an execution of it, once.

mod definition;
mod start;
mod tags;
mod upsert;
mod verify;

use sagewright_store::Store;
use std::collections::BTreeMap;

use self::start::Start;
use crate::{Client, Error, Result};

/// How often a pipeline may be changed by others between our update and our start.
const ATTEMPTS: u32 = 5;

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
    /// The tag by which our pipelines are known. A pipeline of the same name whose tag is missing or has another
    /// value belongs to somebody else and is left alone.
    pub owner_tag: &'a str,
    /// Pipeline parameters that differ from their defaults, as text.
    pub parameters: &'a BTreeMap<String, String>,
    /// How many steps may run at once; `None` leaves it to SageMaker.
    pub max_parallel_steps: Option<i32>,
    /// A name of this very execution, different for every submission: by it the execution is found again when
    /// the answer to the start is lost. At most 82 letters, digits and hyphens.
    pub display_name: &'a str,
    /// Makes a repeated start answer with the execution the first one began; 32 to 121 characters.
    pub token: &'a str,
}

/// What became of the pipeline resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upsert {
    /// There was none of this name.
    Created,
    /// It held another definition, role, description or other tags.
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
    /// Creates or updates the pipeline, then starts it.
    ///
    /// Nothing is started twice: a start without an answer is looked for by its display name before it is tried
    /// again, and every try carries the same token. What is started is the submission's own definition, whoever
    /// else changes the pipeline at the same time.
    pub async fn submit(&self, submission: &Submission<'_>, store: &Store) -> Result<Submitted> {
        let mut foreign = Vec::new();
        for attempt in 0..ATTEMPTS {
            let (upsert, known) = self.upsert(submission, store).await?;
            let token = match attempt {
                0 => submission.token.to_owned(),
                attempt => format!("{}-{attempt}", submission.token),
            };
            let start = Start { submission, version: known.version(), token: &token, foreign: &foreign };
            let execution_arn = self.start(&start).await?;
            if self.runs_own_definition(&execution_arn, known, submission).await? {
                return Ok(Submitted { upsert, execution_arn });
            }
            // Somebody else changed the pipeline in between: their definition was started in our name.
            self.stop(&execution_arn, &format!("stop-{token}")).await?;
            foreign.push(execution_arn);
        }
        Err(Error::Overtaken { pipeline_name: submission.pipeline_name.to_owned() })
    }
}
