//! Tags of resources.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Log;
use crate::engine::{Error, Tag};

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    arn: String,
    tags: Vec<Tag>,
}

/// All tags that were set by request. The last line of a resource counts.
#[derive(Debug)]
pub struct Tags {
    log: Log<Line>,
    tags: HashMap<String, Vec<Tag>>,
}

impl Tags {
    /// Reads them.
    pub fn open(state_dir: &Path) -> Result<Self, Error> {
        let (log, lines) = Log::<Line>::open(&state_dir.join("tags.log"))?;
        Ok(Self { log, tags: lines.into_iter().map(|line| (line.arn, line.tags)).collect() })
    }

    /// The tags of a resource; nothing if none were ever set.
    pub fn get(&self, arn: &str) -> Option<&[Tag]> {
        self.tags.get(arn).map(Vec::as_slice)
    }

    /// Replaces the tags of a resource.
    pub fn put(&mut self, arn: &str, tags: Vec<Tag>) -> Result<(), Error> {
        let line = Line { arn: arn.to_owned(), tags };
        self.log.append(&line)?;
        self.tags.insert(line.arn, line.tags);
        Ok(())
    }
}
