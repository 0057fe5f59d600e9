//! The operations on pipelines.

use jiff::Timestamp;
use sagewright_sagemaker::definition::{self, Document};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::driver::{Registry, lock};
use super::wire_time::seconds;
use super::{CreatePipeline, Engine, Error, List, SortOrder, UpdatePipeline};
use crate::state::{Entry, PipelineRecord, Tokens, Version, key_of, page, time_key};

/// Longest name of a pipeline. The API model says 256; the service has refused more than 82.
const LONGEST_NAME: usize = 82;

/// What a request asks for, so that a token that comes back with another one is noticed.
pub(super) fn fingerprint(request: &impl Serialize) -> String {
    let text = serde_json::to_string(request).unwrap_or_default();
    hex::encode(Sha256::digest(text))
}

impl Engine {
    /// `CreatePipeline` → `{PipelineArn}`.
    pub fn create_pipeline(&self, request: CreatePipeline) -> Result<Value, Error> {
        let _command = lock(&self.inner.commands);
        let fingerprint = fingerprint(&request);
        if request.pipeline_name.len() > LONGEST_NAME {
            return Err(Error::validation(format!(
                "1 validation error detected: Value '{}' at 'pipelineName' failed to satisfy constraint: Member must \
                 have length less than or equal to {LONGEST_NAME}",
                request.pipeline_name
            )));
        }
        if let Some(existing) = lock(&self.inner.registry).pipelines.get(&request.pipeline_name) {
            if existing.token == request.client_request_token {
                Tokens::same(&existing.fingerprint, &fingerprint)?;
                return Ok(json!({"PipelineArn": existing.arn}));
            }
            return Err(Error::validation(format!(
                "Pipeline names must be unique within an AWS account and region. Pipeline with name ({}) already exists.",
                existing.name
            )));
        }
        let text = request.pipeline_definition.as_deref().unwrap_or_default();
        let hash = self.accept_definition(text)?;
        let now = self.now();
        let record = PipelineRecord {
            arn: self.pipeline_arn(&request.pipeline_name),
            display_name: request.pipeline_display_name.unwrap_or_else(|| request.pipeline_name.clone()),
            name: request.pipeline_name,
            description: request.pipeline_description,
            role_arn: request.role_arn,
            created_at: now,
            modified_at: now,
            versions: vec![Version { id: 1, definition: hash, created_at: now }],
            max_parallel_steps: request
                .parallelism_configuration
                .map(|limit| limit.max_parallel_execution_steps),
            token: request.client_request_token,
            fingerprint,
        };
        let arn = record.arn.clone();
        let mut registry = lock(&self.inner.registry);
        if !request.tags.is_empty() || registry.tags.get(&arn).is_some() {
            registry.tags.put(&arn, request.tags)?;
        }
        registry.pipelines.put(record)?;
        Ok(json!({"PipelineArn": arn}))
    }

    /// `UpdatePipeline` → `{PipelineArn, PipelineVersionId}`.
    pub fn update_pipeline(&self, request: UpdatePipeline) -> Result<Value, Error> {
        let _command = lock(&self.inner.commands);
        let mut record = self.pipeline(&request.pipeline_name)?;
        let now = self.now();
        if let Some(text) = &request.pipeline_definition {
            let definition = self.accept_definition(text)?;
            let id = record.versions.last().map_or(1, |version| version.id + 1);
            record.versions.push(Version { id, definition, created_at: now });
        }
        record.display_name = request.pipeline_display_name.unwrap_or(record.display_name);
        record.description = request.pipeline_description.or(record.description);
        record.role_arn = request.role_arn.unwrap_or(record.role_arn);
        if let Some(limit) = request.parallelism_configuration {
            record.max_parallel_steps = Some(limit.max_parallel_execution_steps);
        }
        record.modified_at = now;
        let version = record.versions.last().map(|version| version.id);
        let answer = json!({"PipelineArn": record.arn, "PipelineVersionId": version});
        lock(&self.inner.registry).pipelines.put(record)?;
        Ok(answer)
    }

    /// `DescribePipeline` → its response. `version` is `PipelineVersionId`.
    pub fn describe_pipeline(&self, name_or_arn: &str, version: Option<u64>) -> Result<Value, Error> {
        let record = self.pipeline(name_or_arn)?;
        let version = record.version(version).ok_or_else(|| {
            Error::not_found(format!(
                "Pipeline '{}' has no version {}",
                record.arn,
                version.unwrap_or_default()
            ))
        })?;
        let last_run = last_run(&lock(&self.inner.registry), &record);
        let mut response = json!({
            "PipelineArn": record.arn,
            "PipelineName": record.name,
            "PipelineDisplayName": record.display_name,
            "PipelineDefinition": self.definition_text(&version.definition)?,
            "RoleArn": record.role_arn,
            "PipelineStatus": "Active",
            "CreationTime": seconds(record.created_at),
            "LastModifiedTime": seconds(record.modified_at),
            "CreatedBy": {},
            "LastModifiedBy": {},
        });
        if let Some(description) = &record.description {
            response["PipelineDescription"] = json!(description);
        }
        if let Some(last_run) = last_run {
            response["LastRunTime"] = json!(seconds(last_run));
        }
        if let Some(max) = record.max_parallel_steps {
            response["ParallelismConfiguration"] = json!({"MaxParallelExecutionSteps": max});
        }
        Ok(response)
    }

    /// `DeletePipeline` → `{PipelineArn}`; refused while an execution is under way.
    pub fn delete_pipeline(&self, name_or_arn: &str, token: &str) -> Result<Value, Error> {
        let _command = lock(&self.inner.commands);
        let fingerprint = fingerprint(&key_of(name_or_arn));
        let mut registry = lock(&self.inner.registry);
        if let Some(answer) = registry.tokens.answer("DeletePipeline", token, &fingerprint)? {
            return Ok(answer);
        }
        let Some(record) = registry.pipelines.get(name_or_arn).cloned() else {
            return Err(self.no_pipeline(name_or_arn));
        };
        let busy = registry.executions.all().iter().any(|summary| {
            !summary.status.is_final()
                && summary.pipeline_arn == record.arn
                && summary.pipeline_created_at == record.created_at
        });
        if busy {
            return Err(Error::conflict(format!(
                "Pipeline '{}' has executions that are not over",
                record.arn
            )));
        }
        let answer = json!({"PipelineArn": record.arn});
        registry.pipelines.delete(name_or_arn)?;
        registry.tokens.put("DeletePipeline", token, &fingerprint, &answer)?;
        Ok(answer)
    }

    /// `ListPipelines` → `{PipelineSummaries, NextToken}`.
    pub fn list_pipelines(&self, request: &List) -> Result<Value, Error> {
        let by_name = request.sort_by.as_deref() == Some("Name");
        let registry = lock(&self.inner.registry);
        let prefix = request.name_prefix.as_deref().unwrap_or_default();
        let entries = registry
            .pipelines
            .all()
            .filter(|record| record.name.starts_with(prefix) && request.created_in(record.created_at))
            .map(|record| Entry {
                key: if by_name { record.name.clone() } else { time_key(record.created_at, &record.name) },
                value: summary(&registry, record),
            })
            .collect();
        drop(registry);
        let order = request.sort_order.unwrap_or(SortOrder::Descending);
        let (summaries, next) = page("ListPipelines", entries, order, request)?;
        Ok(with_token(json!({"PipelineSummaries": summaries}), next))
    }

    pub(super) fn pipeline(&self, name_or_arn: &str) -> Result<PipelineRecord, Error> {
        let found = lock(&self.inner.registry).pipelines.get(name_or_arn).cloned();
        found.ok_or_else(|| self.no_pipeline(name_or_arn))
    }

    fn no_pipeline(&self, name_or_arn: &str) -> Error {
        Error::not_found(format!("Pipeline '{}' does not exist.", self.pipeline_arn(&key_of(name_or_arn))))
    }

    fn pipeline_arn(&self, name: &str) -> String {
        let options = &self.inner.options;
        format!(
            "arn:aws:sagemaker:{}:{}:pipeline/{}",
            options.region,
            options.account_id,
            name.to_lowercase()
        )
    }

    /// Checks the text of a definition and keeps it.
    fn accept_definition(&self, text: &str) -> Result<String, Error> {
        if text.chars().count() > definition::MAX_DEFINITION_CHARACTERS {
            return Err(Error::validation(format!(
                "Pipeline definition must have length less than or equal to {}",
                definition::MAX_DEFINITION_CHARACTERS
            )));
        }
        let document =
            Document::parse(text).map_err(|problems| Error::validation(definition::describe(&problems)))?;
        let hash = lock(&self.inner.registry).pipelines.put_definition(text)?;
        self.inner.keep_graph(&hash, &std::sync::Arc::new(super::machine::Graph::new(document)));
        Ok(hash)
    }
}

fn last_run(registry: &Registry, record: &PipelineRecord) -> Option<Timestamp> {
    let of_pipeline = |summary: &&crate::state::Summary| {
        summary.pipeline_arn == record.arn && summary.pipeline_created_at == record.created_at
    };
    registry.executions.all().iter().filter(of_pipeline).map(|summary| summary.created_at).max()
}

fn summary(registry: &Registry, record: &PipelineRecord) -> Value {
    let mut value = json!({
        "PipelineArn": record.arn,
        "PipelineName": record.name,
        "PipelineDisplayName": record.display_name,
        "RoleArn": record.role_arn,
        "CreationTime": seconds(record.created_at),
        "LastModifiedTime": seconds(record.modified_at),
    });
    if let Some(description) = &record.description {
        value["PipelineDescription"] = json!(description);
    }
    if let Some(last_run) = last_run(registry, record) {
        value["LastExecutionTime"] = json!(seconds(last_run));
    }
    value
}

pub(super) fn with_token(mut response: Value, next: Option<String>) -> Value {
    if let Some(next) = next {
        response["NextToken"] = Value::String(next);
    }
    response
}

impl List {
    /// Whether a creation time passes the filters.
    pub(super) fn created_in(&self, time: Timestamp) -> bool {
        self.created_after.is_none_or(|after| time > after)
            && self.created_before.is_none_or(|before| time < before)
    }

    /// Whether a time of change passes the filters.
    pub(super) fn modified_in(&self, time: Timestamp) -> bool {
        self.modified_after.is_none_or(|after| time > after)
            && self.modified_before.is_none_or(|before| time < before)
    }
}
