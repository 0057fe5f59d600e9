//! `sagewright runs list`.

use std::process::ExitCode;

use crate::failure::Result;
use crate::printer::{Printer, state};
use crate::stack::Stack;
use crate::table;

/// List runs, newest first.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only runs of this SageMaker pipeline
    #[arg(long, value_name = "NAME")]
    pipeline: Option<String>,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// The stack they run on; the active one by default
    #[arg(long, value_name = "STACK")]
    pub(super) stack: Option<String>,
}

pub(super) async fn run(args: Args, stack: &Stack, printer: Printer) -> Result<ExitCode> {
    let runs = stack.client.list_runs(args.pipeline.as_deref(), args.limit).await?;
    if args.json {
        printer.json(&runs);
        return Ok(ExitCode::SUCCESS);
    }
    if runs.is_empty() {
        printer.talk("there are no runs yet; `sagewright run FILE` starts one");
        return Ok(ExitCode::SUCCESS);
    }
    let rows = runs.into_iter().map(|run| {
        [run.run_id, run.pipeline_name, state(run.state.as_str()), run.started_at.unwrap_or_default()]
    });
    printer.data(table::render(["RUN", "PIPELINE", "STATE", "STARTED"], rows));
    Ok(ExitCode::SUCCESS)
}
