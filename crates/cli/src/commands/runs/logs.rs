//! `sagewright runs logs`.

use sagewright_aws::{Job, LogCursor, RunStatus};
use std::collections::BTreeMap;
use std::process::ExitCode;

use super::RunArgument;
use crate::commands::run::interrupted;
use crate::failure::{Failure, Result};
use crate::printer::{Printer, dim};
use crate::run_lookup;
use crate::stack::Stack;

/// Print the output of a run's steps.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) run: RunArgument,
    /// Only this step
    #[arg(long, value_name = "STEP")]
    step: Option<String>,
    /// Go on while the run does
    #[arg(long, short)]
    follow: bool,
    /// Show when each line was written
    #[arg(long)]
    timestamps: bool,
}

pub(super) async fn run(args: Args, stack: &Stack, printer: Printer) -> Result<ExitCode> {
    let arn = run_lookup::find(stack, &args.run.run).await?;
    let mut reader = Reader { args, stack, printer, cursors: BTreeMap::new() };
    tokio::select! {
        outcome = reader.read(&arn) => outcome?,
        () = interrupted() => {}
    }
    Ok(ExitCode::SUCCESS)
}

struct Reader<'a> {
    args: Args,
    stack: &'a Stack,
    printer: Printer,
    cursors: BTreeMap<String, LogCursor>,
}

impl Reader<'_> {
    async fn read(&mut self, arn: &str) -> Result<()> {
        loop {
            let run = self.stack.client.describe_run(arn).await?;
            let jobs = self.jobs(&run)?;
            let several = self.args.step.is_none() && jobs.len() > 1;
            for (name, job) in &jobs {
                self.print_new(name, job, several).await?;
            }
            // The status was read before the lines: an ended run has had its last lines printed.
            if !self.args.follow || run.state.is_final() {
                return Ok(());
            }
            tokio::time::sleep(self.stack.pace.of_logs()).await;
        }
    }

    fn jobs(&self, run: &RunStatus) -> Result<Vec<(String, Job)>> {
        let wanted = self.args.step.as_deref();
        let jobs: Vec<_> = run
            .steps
            .iter()
            .filter(|step| wanted.is_none_or(|wanted| step.name == wanted || step.step_name == wanted))
            .filter_map(|step| Some((step.name.clone(), step.job.clone()?)))
            .collect();
        match wanted {
            Some(wanted) if jobs.is_empty() && !self.args.follow => {
                let names: Vec<_> = run.steps.iter().map(|step| step.name.as_str()).collect();
                Err(Failure::input(format!("no job of run {} belongs to a step `{wanted}`", run.run_id))
                    .hint(format!("the steps that were started: {}", names.join(", "))))
            }
            _ => Ok(jobs),
        }
    }

    async fn print_new(&mut self, name: &str, job: &Job, several: bool) -> Result<()> {
        let cursor = self.cursors.entry(job.name.clone()).or_default();
        for event in self.stack.client.logs(job, cursor).await? {
            let time = if self.args.timestamps {
                let at = jiff::Timestamp::from_millisecond(event.timestamp).unwrap_or_default();
                format!("{} ", dim(format_args!("{at:.3}")))
            } else {
                String::new()
            };
            let step = if several { format!("{} ", dim(format_args!("{name} |"))) } else { String::new() };
            self.printer.data(format_args!("{time}{step}{}", event.message));
        }
        Ok(())
    }
}
