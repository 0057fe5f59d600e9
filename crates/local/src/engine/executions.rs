//! The operations on executions.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::driver::{Live, lock};
use super::machine::{ExecutionStatus, What};
use super::pipelines::{fingerprint, with_token};
use super::wire_time::seconds;
use super::{
    Engine, Error, List, RetryPipelineExecution, SortOrder, StopPipelineExecution, UpdatePipelineExecution,
};
use crate::state::{Entry, Summary, page, time_key};

impl Engine {
    /// `DescribePipelineExecution` → its response.
    pub fn describe_pipeline_execution(&self, arn: &str) -> Result<Value, Error> {
        let summary = self.execution(arn)?;
        self.look(&summary.id, super::machine::Machine::describe)
    }

    /// `ListPipelineExecutions` → `{PipelineExecutionSummaries, NextToken}`.
    pub fn list_pipeline_executions(&self, request: &List) -> Result<Value, Error> {
        let record = self.pipeline(request.pipeline_name.as_deref().unwrap_or_default())?;
        let by_arn = request.sort_by.as_deref() == Some("PipelineExecutionArn");
        let entries = lock(&self.inner.registry)
            .executions
            .all()
            .iter()
            .filter(|summary| {
                summary.pipeline_arn == record.arn
                    && summary.pipeline_created_at == record.created_at
                    && request.created_in(summary.created_at)
            })
            .map(|summary| Entry {
                key: if by_arn { summary.arn.clone() } else { time_key(summary.created_at, &summary.id) },
                value: wire_summary(summary),
            })
            .collect();
        let order = request.sort_order.unwrap_or(SortOrder::Descending);
        let (summaries, next) = page("ListPipelineExecutions", entries, order, request)?;
        Ok(with_token(json!({"PipelineExecutionSummaries": summaries}), next))
    }

    /// `ListPipelineExecutionSteps` → `{PipelineExecutionSteps, NextToken}`; steps that never started are absent.
    pub fn list_pipeline_execution_steps(&self, request: &List) -> Result<Value, Error> {
        let summary = self.execution(request.pipeline_execution_arn.as_deref().unwrap_or_default())?;
        let order = request.sort_order.unwrap_or(SortOrder::Descending);
        let steps = self.look(&summary.id, |machine| machine.list_steps(SortOrder::Ascending))?;
        // Steps are sorted by their start and never start earlier than those before them: the place is the key.
        let entries = steps
            .into_iter()
            .enumerate()
            .map(|(place, value)| Entry { key: format!("{place:08}"), value })
            .collect();
        let (steps, next) = page(&format!("Steps {}", summary.id), entries, order, request)?;
        Ok(with_token(json!({"PipelineExecutionSteps": steps}), next))
    }

    /// `StopPipelineExecution` → `{PipelineExecutionArn}`.
    pub fn stop_pipeline_execution(&self, request: StopPipelineExecution) -> Result<Value, Error> {
        let _command = lock(&self.inner.commands);
        let fingerprint = fingerprint(&request);
        let StopPipelineExecution { pipeline_execution_arn: arn, client_request_token: token } = request;
        if let Some(answer) = self.answered("StopPipelineExecution", &token, &fingerprint)? {
            return Ok(answer);
        }
        let summary = self.execution(&arn)?;
        if summary.status.is_final() {
            return Err(Error::conflict(format!(
                "Pipeline execution with ARN {} is in status {} and can not be stopped. Only pipeline executions with \
                 Executing status can be stopped",
                summary.arn,
                summary.status.name()
            )));
        }
        self.deliver(&summary.id, self.now(), What::StopRequested)?;
        let answer = json!({"PipelineExecutionArn": summary.arn});
        lock(&self.inner.registry).tokens.put("StopPipelineExecution", &token, &fingerprint, &answer)?;
        Ok(answer)
    }

    /// `RetryPipelineExecution` → `{PipelineExecutionArn}`.
    pub fn retry_pipeline_execution(&self, request: RetryPipelineExecution) -> Result<Value, Error> {
        let _command = lock(&self.inner.commands);
        let fingerprint = fingerprint(&request);
        let RetryPipelineExecution {
            pipeline_execution_arn: arn,
            client_request_token: token,
            parallelism_configuration: limit,
        } = request;
        if let Some(answer) = self.answered("RetryPipelineExecution", &token, &fingerprint)? {
            return Ok(answer);
        }
        let summary = self.execution(&arn)?;
        if !matches!(summary.status, ExecutionStatus::Failed | ExecutionStatus::Stopped) {
            return Err(Error::conflict(format!(
                "Pipeline execution with ARN {} is in status {} and can not be retried. Only pipeline executions with \
                 Failed or Stopped status can be retried",
                summary.arn,
                summary.status.name()
            )));
        }
        self.relaunch(&summary, limit.map(|limit| limit.max_parallel_execution_steps))?;
        let answer = json!({"PipelineExecutionArn": summary.arn});
        lock(&self.inner.registry).tokens.put("RetryPipelineExecution", &token, &fingerprint, &answer)?;
        Ok(answer)
    }

    fn relaunch(&self, summary: &Summary, max_parallel_steps: Option<u32>) -> Result<(), Error> {
        let (machine, journal, _) = self.open_journal(&summary.id)?;
        if machine.ended_by_fail_step() {
            return Err(Error::conflict(format!(
                "Pipeline execution with ARN {} was ended by a Fail step and can not be retried",
                summary.arn
            )));
        }
        // The list comes first: an execution that it calls Executing is looked at after a crash, whatever its journal
        // says.
        let executing = Summary { status: ExecutionStatus::Executing, ..summary.clone() };
        lock(&self.inner.registry).executions.put(executing)?;
        let live = Arc::new(Mutex::new(Live::new(machine, journal)));
        lock(&self.inner.active).insert(summary.id.clone(), Arc::clone(&live));
        let delivered =
            self.deliver_to(&mut lock(&live), self.now(), What::RetryRequested { max_parallel_steps });
        if let Err(error) = delivered {
            lock(&self.inner.active).remove(&summary.id);
            lock(&self.inner.registry).executions.put(summary.clone())?;
            return Err(error);
        }
        lock(&self.inner.finished).retain(|(id, _)| *id != summary.id);
        Ok(())
    }

    /// `UpdatePipelineExecution` → `{PipelineExecutionArn}`.
    pub fn update_pipeline_execution(&self, request: UpdatePipelineExecution) -> Result<Value, Error> {
        let _command = lock(&self.inner.commands);
        let summary = self.execution(&request.pipeline_execution_arn)?;
        let what = What::Updated {
            display_name: request.pipeline_execution_display_name,
            description: request.pipeline_execution_description,
            max_parallel_steps: request
                .parallelism_configuration
                .map(|limit| limit.max_parallel_execution_steps),
        };
        if !self.deliver(&summary.id, self.now(), what.clone())? {
            // It is over; its journal is opened once more.
            let (machine, journal, _) = self.open_journal(&summary.id)?;
            let mut live = Live::new(machine, journal);
            self.deliver_to(&mut live, self.now(), what)?;
            self.try_finish(&live)?;
        }
        Ok(json!({"PipelineExecutionArn": summary.arn}))
    }

    /// `DescribePipelineDefinitionForExecution` → `{PipelineDefinition, CreationTime}`.
    pub fn describe_pipeline_definition_for_execution(&self, arn: &str) -> Result<Value, Error> {
        let summary = self.execution(arn)?;
        let hash = self.look(&summary.id, |machine| machine.header().definition.clone())?;
        let text = self.definition_text(&hash)?;
        Ok(json!({"PipelineDefinition": text, "CreationTime": seconds(summary.created_at)}))
    }

    /// `ListPipelineParametersForExecution` → `{PipelineParameters, NextToken}`: those that were given at the start.
    pub fn list_pipeline_parameters_for_execution(&self, request: &List) -> Result<Value, Error> {
        let summary = self.execution(request.pipeline_execution_arn.as_deref().unwrap_or_default())?;
        let given = self.look(&summary.id, |machine| machine.header().given.clone())?;
        let entries = given
            .into_iter()
            .enumerate()
            .map(|(place, parameter)| Entry { key: format!("{place:08}"), value: json!(parameter) })
            .collect();
        let (parameters, next) =
            page(&format!("Parameters {}", summary.id), entries, SortOrder::Ascending, request)?;
        Ok(with_token(json!({"PipelineParameters": parameters}), next))
    }

    /// An execution by ARN.
    pub(super) fn execution(&self, arn: &str) -> Result<Summary, Error> {
        let id = arn.rsplit('/').next().unwrap_or_default();
        let found = lock(&self.inner.registry)
            .executions
            .get(id)
            .filter(|summary| summary.arn.eq_ignore_ascii_case(arn))
            .cloned();
        found.ok_or_else(|| Error::not_found(format!("Pipeline execution '{arn}' does not exist.")))
    }

    fn answered(&self, operation: &str, token: &str, fingerprint: &str) -> Result<Option<Value>, Error> {
        lock(&self.inner.registry).tokens.answer(operation, token, fingerprint)
    }
}

fn wire_summary(summary: &Summary) -> Value {
    let mut value = json!({
        "PipelineExecutionArn": summary.arn,
        "StartTime": seconds(summary.created_at),
        "PipelineExecutionStatus": summary.status.name(),
        "PipelineExecutionDisplayName": summary.display_name,
    });
    if let Some(description) = &summary.description {
        value["PipelineExecutionDescription"] = json!(description);
    }
    if let Some(reason) = &summary.failure_reason {
        value["PipelineExecutionFailureReason"] = json!(reason);
    }
    value
}
