//! Starting an execution.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use rand::Rng as _;
use serde_json::{Value, json};

use super::driver::{Live, lock};
use super::machine::{CacheHit, FORMAT, Graph, Header, Machine, What};
use super::pipelines::fingerprint;
use super::{Engine, Error, SelectiveExecutionConfig, StartPipelineExecution};
use crate::state::{Log, PipelineRecord, Summary, Tokens, create_folder, key_of, write_json};

/// How long the id of an execution is.
const ID_CHARACTERS: usize = 12;

impl Engine {
    /// `StartPipelineExecution` → `{PipelineExecutionArn}`.
    pub fn start_pipeline_execution(&self, request: StartPipelineExecution) -> Result<Value, Error> {
        let _command = lock(&self.inner.commands);
        let record = self.pipeline(&request.pipeline_name)?;
        let fingerprint = fingerprint(&request);
        let started = lock(&self.inner.registry)
            .executions
            .all()
            .iter()
            .find(|summary| {
                summary.token == request.client_request_token && summary.pipeline_arn == record.arn
            })
            .cloned();
        if let Some(started) = started {
            Tokens::same(&started.fingerprint, &fingerprint)?;
            return Ok(json!({"PipelineExecutionArn": started.arn}));
        }
        let header = self.header(&record, request)?;
        let arn = header.arn.clone();
        self.launch(header, fingerprint)?;
        Ok(json!({"PipelineExecutionArn": arn}))
    }

    fn header(&self, record: &PipelineRecord, request: StartPipelineExecution) -> Result<Header, Error> {
        let now = self.now();
        let version = record.version(request.pipeline_version_id).ok_or_else(|| {
            let id = request.pipeline_version_id.unwrap_or_default();
            Error::not_found(format!("Pipeline '{}' has no version {id}", record.arn))
        })?;
        let graph = self.graph(&version.definition)?;
        let given: Vec<(String, String)> = request
            .pipeline_parameters
            .iter()
            .map(|parameter| (parameter.name.clone(), parameter.value.clone()))
            .collect();
        let parameters = graph.document.bind(&given).map_err(|problems| {
            let texts: Vec<String> = problems.into_iter().map(|problem| problem.text).collect();
            Error::validation(format!("Invalid pipeline parameters: {}", texts.join("; ")))
        })?;
        let reused = match &request.selective_execution_config {
            Some(selective) => self.reused(record, &graph, selective)?,
            None => BTreeMap::new(),
        };
        let id = self.new_id();
        let options = &self.inner.options;
        let limit = request.parallelism_configuration.map(|limit| limit.max_parallel_execution_steps);
        Ok(Header {
            format: FORMAT,
            arn: format!("{}/execution/{id}", record.arn),
            id,
            pipeline_name: record.name.clone(),
            pipeline_arn: record.arn.clone(),
            pipeline_created_at: record.created_at,
            pipeline_version: version.id,
            role_arn: record.role_arn.clone(),
            definition: version.definition.clone(),
            region: options.region.clone(),
            account_id: options.account_id.clone(),
            created_at: now,
            display_name: request
                .pipeline_execution_display_name
                .unwrap_or_else(|| format!("execution-{}", now.as_millisecond())),
            description: request.pipeline_execution_description,
            given: request.pipeline_parameters,
            parameters,
            max_parallel_steps: limit.or(record.max_parallel_steps),
            selective: request.selective_execution_config,
            reused,
            token: request.client_request_token,
        })
    }

    /// Writes what is fixed, makes the execution known, lets it begin.
    fn launch(&self, header: Header, fingerprint: String) -> Result<(), Error> {
        let id = header.id.clone();
        let now: Timestamp = header.created_at;
        let graph = self.graph(&header.definition)?;
        let folder = lock(&self.inner.registry).executions.folder(&id);
        create_folder(&folder)?;
        write_json(&folder.join("execution.json"), &header, false)?;
        let (journal, _) = Log::open(&folder.join("journal.log"))?;
        let summary = Summary::new(&header, fingerprint);
        let live = Arc::new(Mutex::new(Live::new(Machine::new(Arc::new(header), graph), journal)));
        lock(&self.inner.registry).executions.put(summary)?;
        lock(&self.inner.active).insert(id.clone(), Arc::clone(&live));
        if let Err(error) = self.deliver_to(&mut lock(&live), now, What::Started) {
            // It exists, so it begins as soon as the journal can be written.
            tracing::error!(%error, execution = id, "could not begin an execution, trying again");
            let engine = self.clone();
            tokio::spawn(async move { engine.insist_at(&id, now, What::Started).await });
        }
        Ok(())
    }

    fn new_id(&self) -> String {
        const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let mut random = rand::rng();
        loop {
            let id: String = (0..ID_CHARACTERS)
                .map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())]))
                .collect();
            if lock(&self.inner.registry).executions.get(&id).is_none() {
                return id;
            }
        }
    }

    /// The results that a selective execution takes from its source.
    fn reused(
        &self,
        record: &PipelineRecord,
        graph: &Graph,
        selective: &SelectiveExecutionConfig,
    ) -> Result<BTreeMap<String, CacheHit>, Error> {
        let mut selected = BTreeSet::new();
        for step in &selective.selected_steps {
            let index = graph.step(&step.step_name).ok_or_else(|| {
                Error::validation(format!("Selected step '{}' is not in the pipeline", step.step_name))
            })?;
            selected.insert(index);
        }
        let needed: BTreeSet<usize> = selected
            .iter()
            .flat_map(|index| graph.document.steps[*index].edges.iter().map(|edge| edge.from))
            .filter(|index| !selected.contains(index))
            .collect();
        let names: Vec<&str> =
            needed.iter().map(|index| graph.document.steps[*index].name.as_str()).collect();
        let Some(source) = &selective.source_pipeline_execution_arn else {
            if names.is_empty() {
                return Ok(BTreeMap::new());
            }
            return Err(Error::validation(format!(
                "SourcePipelineExecutionArn is required: the selected steps depend on the steps [{}]",
                names.join(", ")
            )));
        };
        let summary = self.execution(source)?;
        if key_of(&summary.pipeline_arn) != key_of(&record.arn) {
            return Err(Error::validation(format!(
                "'{source}' is not an execution of pipeline '{}'",
                record.arn
            )));
        }
        self.look(&summary.id, |machine| {
            let mut reused = BTreeMap::new();
            let mut missing = Vec::new();
            for name in &names {
                match machine.result_of(name) {
                    Some(job) => {
                        let hit = CacheHit { execution_arn: summary.arn.clone(), job: job.clone() };
                        reused.insert((*name).to_owned(), hit);
                    }
                    None => missing.push(*name),
                }
            }
            if missing.is_empty() {
                return Ok(reused);
            }
            Err(Error::validation(format!("'{source}' has no results of the steps [{}]", missing.join(", "))))
        })?
    }
}
