//! `sagewright runs show`.

use sagewright_aws::RunStatus;
use sagewright_store::{RunRecord, StepRecord};
use serde::Serialize;
use std::process::ExitCode;

use super::RunArgument;
use crate::failure::Result;
use crate::printer::{Printer, state};
use crate::report::{self, FailedStep};
use crate::run_lookup;
use crate::stack::Stack;
use crate::table;

/// Show a run and its steps.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) run: RunArgument,
    /// Print as JSON, with every step's record
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    status: &'a RunStatus,
    record: Option<&'a RunRecord>,
    step_records: Vec<StepRecord>,
    failed_steps: &'a [FailedStep],
}

pub(super) async fn run(args: Args, stack: &Stack, printer: Printer) -> Result<ExitCode> {
    let arn = run_lookup::find(stack, &args.run.run).await?;
    let run = stack.client.describe_run(&arn).await?;
    let record = run_lookup::record(stack, &arn).await?;
    let failed = report::failed_steps(stack, &run).await?;
    if args.json {
        let mut step_records = Vec::new();
        for step in &run.steps {
            step_records.extend(report::step_record(stack, &run, step).await?);
        }
        printer.json(&Shown { status: &run, record: record.as_ref(), step_records, failed_steps: &failed });
        return Ok(ExitCode::SUCCESS);
    }
    print_head(printer, &run, record.as_ref());
    let names = run_lookup::step_names(stack, record.as_ref()).await;
    print_steps(printer, &run, &names);
    report::print(printer, &run, &failed);
    Ok(ExitCode::SUCCESS)
}

fn print_head(printer: Printer, run: &RunStatus, record: Option<&RunRecord>) {
    let now = jiff::Timestamp::now();
    let end = run.state.is_final().then_some(run.modified_at.as_deref()).flatten();
    printer.data(format_args!("run       {}", run.run_id));
    printer.data(format_args!("pipeline  {}", record.map_or(run.pipeline_name.as_str(), |it| &it.pipeline)));
    printer.data(format_args!("state     {}", state(run.state.as_str())));
    printer.data(format_args!("started   {}", run.started_at.as_deref().unwrap_or_default()));
    printer.data(format_args!("took      {}", table::duration(run.started_at.as_deref(), end, now)));
    printer.data(format_args!("arn       {}", run.execution_arn));
    if let Some(record) = record {
        if let Some(person) = &record.submitted_by {
            printer.data(format_args!("by        {person}"));
        }
        for (name, value) in &record.parameters {
            printer.data(format_args!("parameter {name} = {value}"));
        }
    }
    printer.data("");
}

fn print_steps(printer: Printer, run: &RunStatus, names: &[String]) {
    let now = jiff::Timestamp::now();
    let mut rows: Vec<[String; 5]> = run
        .steps
        .iter()
        .map(|step| {
            [
                step.name.clone(),
                state(step.state.as_str()),
                table::duration(step.started_at.as_deref(), step.ended_at.as_deref(), now),
                step.attempts.to_string(),
                step.job
                    .as_ref()
                    .map(|job| job.name.clone())
                    .or_else(|| step.outcome.clone())
                    .unwrap_or_default(),
            ]
        })
        .collect();
    let waiting = if run.state.is_final() { "NotStarted" } else { "Waiting" };
    for name in names {
        if !run.steps.iter().any(|step| &step.name == name) {
            rows.push([name.clone(), state(waiting), String::new(), String::new(), String::new()]);
        }
    }
    printer.data(table::render(["STEP", "STATE", "TOOK", "ATTEMPTS", "JOB"], rows));
}
