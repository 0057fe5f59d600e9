//! The operations on tags.

use serde_json::{Value, json};

use super::driver::lock;
use super::pipelines::with_token;
use super::{Engine, Error, JobKind, List, SortOrder, Tag};
use crate::state::{Entry, page};

/// The most tags a resource can have.
const MAX_TAGS: usize = 50;

impl Engine {
    /// `ListTags` → `{Tags, NextToken}` for a pipeline, execution or job.
    pub fn list_tags(&self, arn: &str, request: &List) -> Result<Value, Error> {
        let entries = self
            .tags(arn)?
            .into_iter()
            .enumerate()
            .map(|(place, tag)| Entry { key: format!("{place:08}"), value: json!(tag) })
            .collect();
        let (tags, next) = page(&format!("Tags {arn}"), entries, SortOrder::Ascending, request)?;
        Ok(with_token(json!({"Tags": tags}), next))
    }

    /// `AddTags` → `{Tags}`, all tags of the resource.
    pub fn add_tags(&self, arn: &str, tags: Vec<Tag>) -> Result<Value, Error> {
        let _command = lock(&self.inner.commands);
        let mut all = self.tags(arn)?;
        for tag in tags {
            match all.iter_mut().find(|known| known.key == tag.key) {
                Some(known) => known.value = tag.value,
                None => all.push(tag),
            }
        }
        if all.len() > MAX_TAGS {
            return Err(Error::validation(format!("A resource can have at most {MAX_TAGS} tags")));
        }
        lock(&self.inner.registry).tags.put(arn, all.clone())?;
        Ok(json!({"Tags": all}))
    }

    /// `DeleteTags` → `{}`.
    pub fn delete_tags(&self, arn: &str, keys: &[String]) -> Result<Value, Error> {
        let _command = lock(&self.inner.commands);
        let mut all = self.tags(arn)?;
        all.retain(|tag| !keys.contains(&tag.key));
        lock(&self.inner.registry).tags.put(arn, all)?;
        Ok(json!({}))
    }

    /// Those set by request, else those the resource was made with.
    fn tags(&self, arn: &str) -> Result<Vec<Tag>, Error> {
        let own = self.own_tags(arn)?;
        let set = lock(&self.inner.registry).tags.get(arn).map(<[Tag]>::to_vec);
        Ok(set.unwrap_or(own))
    }

    /// The tags a resource was made with; an error if there is no such resource.
    fn own_tags(&self, arn: &str) -> Result<Vec<Tag>, Error> {
        let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
        let (kind, name) = match resource.split_once('/') {
            Some(("training-job", name)) => (JobKind::Training, name),
            Some(("processing-job", name)) => (JobKind::Processing, name),
            Some(("pipeline", name)) if name.contains("/execution/") => {
                return self.execution(arn).map(|_| Vec::new());
            }
            Some(("pipeline", _)) => return self.pipeline(arn).map(|_| Vec::new()),
            _ => return Err(Error::validation(format!("Invalid resource ARN '{arn}'"))),
        };
        let job = self.job(kind, name)?;
        let mut tags: Vec<Tag> = job
            .order
            .request
            .get("Tags")
            .and_then(|tags| serde_json::from_value(tags.clone()).ok())
            .unwrap_or_default();
        tags.push(Tag { key: "sagemaker:pipeline-execution-arn".to_owned(), value: job.order.execution_arn });
        tags.push(Tag { key: "sagemaker:pipeline-step-name".to_owned(), value: job.order.step });
        Ok(tags)
    }
}
