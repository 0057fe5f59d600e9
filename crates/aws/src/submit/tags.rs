//! The tags of a pipeline resource: whose it is, and making them equal to what is wanted.

use aws_sdk_sagemaker::types::Tag;
use std::collections::BTreeMap;

use super::Submission;
use crate::patience::patient;
use crate::{Client, Error, Result};

pub(super) fn of(submission: &Submission<'_>) -> Option<Vec<Tag>> {
    let tags: Vec<Tag> = submission.tags.iter().map(|(key, value)| tag(key, value)).collect();
    (!tags.is_empty()).then_some(tags)
}

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build()
}

impl Client {
    /// The tags of a resource; `None` where the caller may not ask.
    pub(super) async fn tags(&self, arn: &str) -> Result<Option<BTreeMap<String, String>>> {
        let mut tags = BTreeMap::new();
        let mut next = None;
        loop {
            let page = patient(|| async {
                self.sagemaker
                    .list_tags()
                    .resource_arn(arn)
                    .max_results(100)
                    .set_next_token(next.clone())
                    .send()
                    .await
                    .map_err(|error| Error::from_sdk("ListTags", &error))
            });
            match page.await {
                Ok(page) => {
                    tags.extend(
                        page.tags
                            .unwrap_or_default()
                            .into_iter()
                            .filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))),
                    );
                    next = page.next_token.filter(|token| !token.is_empty());
                    if next.is_none() {
                        return Ok(Some(tags));
                    }
                }
                Err(error) if error.is_denied() => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    /// Adds, changes and removes tags until they are the submission's. AWS's own tags stay. Says whether there was
    /// anything to do.
    pub(super) async fn make_tags(
        &self,
        arn: &str,
        actual: &BTreeMap<String, String>,
        submission: &Submission<'_>,
    ) -> Result<bool> {
        let missing: Vec<Tag> = submission
            .tags
            .iter()
            .filter(|(key, value)| actual.get(*key) != Some(*value))
            .map(|(key, value)| tag(key, value))
            .collect();
        let surplus: Vec<String> = actual
            .keys()
            .filter(|key| !submission.tags.contains_key(*key) && !key.starts_with("aws:"))
            .cloned()
            .collect();
        if !surplus.is_empty() {
            patient(|| async {
                self.sagemaker
                    .delete_tags()
                    .resource_arn(arn)
                    .set_tag_keys(Some(surplus.clone()))
                    .send()
                    .await
                    .map_err(|error| Error::from_sdk("DeleteTags", &error))
            })
            .await?;
        }
        if !missing.is_empty() {
            patient(|| async {
                self.sagemaker
                    .add_tags()
                    .resource_arn(arn)
                    .set_tags(Some(missing.clone()))
                    .send()
                    .await
                    .map_err(|error| Error::from_sdk("AddTags", &error))
            })
            .await?;
        }
        Ok(!(surplus.is_empty() && missing.is_empty()))
    }
}
