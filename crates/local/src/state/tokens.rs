//! Client request tokens that were answered.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Log;
use crate::engine::Error;

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    operation: String,
    token: String,
    fingerprint: String,
    answer: Value,
}

/// All tokens. Those of `CreatePipeline` and `StartPipelineExecution` are in the records of what they made instead, so that
/// no moment lies between the two.
#[derive(Debug)]
pub struct Tokens {
    log: Log<Line>,
    answers: HashMap<(String, String), (String, Value)>,
}

impl Tokens {
    /// Reads them.
    pub fn open(state_dir: &Path) -> Result<Self, Error> {
        let (log, lines) = Log::<Line>::open(&state_dir.join("tokens.log"))?;
        let answers = lines
            .into_iter()
            .map(|line| ((line.operation, line.token), (line.fingerprint, line.answer)))
            .collect();
        Ok(Self { log, answers })
    }

    /// The answer given before, if any; an error if the token was used for something else.
    pub fn answer(&self, operation: &str, token: &str, fingerprint: &str) -> Result<Option<Value>, Error> {
        match self.answers.get(&(operation.to_owned(), token.to_owned())) {
            None => Ok(None),
            Some((asked, answer)) => Self::same(asked, fingerprint).map(|()| Some(answer.clone())),
        }
    }

    /// Refuses a token that comes back with another request.
    pub fn same(asked: &str, fingerprint: &str) -> Result<(), Error> {
        if asked == fingerprint {
            return Ok(());
        }
        Err(Error::conflict("ClientRequestToken was used before with different parameters"))
    }

    /// Keeps an answer.
    pub fn put(
        &mut self,
        operation: &str,
        token: &str,
        fingerprint: &str,
        answer: &Value,
    ) -> Result<(), Error> {
        let line = Line {
            operation: operation.to_owned(),
            token: token.to_owned(),
            fingerprint: fingerprint.to_owned(),
            answer: answer.clone(),
        };
        self.log.append(&line)?;
        self.answers.insert((line.operation, line.token), (line.fingerprint, line.answer));
        Ok(())
    }
}
