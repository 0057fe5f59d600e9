//! `sagewright runs show`.

use sagewright_aws::{JobDetails, RunStatus};
use sagewright_store::{RunRecord, StepRecord};
use serde::Serialize;
use std::collections::BTreeMap;
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
    /// Ask SageMaker about every job: its phases, instances and billed time
    #[arg(long)]
    jobs: bool,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    jobs: Option<&'a BTreeMap<String, JobDetails>>,
}

pub(super) async fn run(args: Args, stack: &Stack, printer: Printer) -> Result<ExitCode> {
    let arn = run_lookup::find(stack, &args.run.run).await?;
    let run = stack.client.describe_run(&arn).await?;
    let record = run_lookup::record(stack, &arn).await?;
    let failed = report::failed_steps(stack, &run).await?;
    let jobs = if args.jobs { Some(stack.client.job_details(&run).await) } else { None };
    if args.json {
        let mut step_records = Vec::new();
        for step in &run.steps {
            step_records.extend(report::step_record(stack, &run, step).await?);
        }
        printer.json(&Shown {
            status: &run,
            record: record.as_ref(),
            step_records,
            failed_steps: &failed,
            jobs: jobs.as_ref(),
        });
        return Ok(ExitCode::SUCCESS);
    }
    print_head(printer, &run, record.as_ref());
    let names = run_lookup::step_names(stack, record.as_ref()).await;
    print_steps(printer, &run, &names);
    if let Some(jobs) = &jobs {
        print_jobs(printer, &run, jobs);
    }
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
                    .or_else(|| step.is_refused().then(|| "refused before it began".to_owned()))
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

fn print_jobs(printer: Printer, run: &RunStatus, jobs: &BTreeMap<String, JobDetails>) {
    let now = jiff::Timestamp::now();
    let rows = run.steps.iter().filter_map(|step| {
        let details = jobs.get(&step.job.as_ref()?.name)?;
        let phases: Vec<String> = details
            .phases
            .iter()
            .map(|phase| {
                let took = table::duration(phase.started_at.as_deref(), phase.ended_at.as_deref(), now);
                format!("{} {took}", phase.name)
            })
            .collect();
        let count = details.instance_count.filter(|count| *count > 1).map(|count| format!("{count} × "));
        let instance = details.instance_type.clone().unwrap_or_default();
        let ended = if details.is_timed_out() { "TimedOut" } else { &details.status };
        Some([
            step.name.clone(),
            ended.to_owned(),
            format!("{}{instance}", count.unwrap_or_default()),
            details.billable_seconds.map(|seconds| format!("{seconds}s")).unwrap_or_default(),
            phases.join(", "),
        ])
    });
    printer.data("");
    printer.data(table::render(["STEP", "JOB", "INSTANCE", "BILLED", "PHASES"], rows));
}
