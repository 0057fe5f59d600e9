//! `sagewright artifact list`.

use std::process::ExitCode;

use crate::artifacts;
use crate::failure::Result;
use crate::printer::Printer;
use crate::stack::Stack;
use crate::table;

/// List the artifacts of a run.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The run's id, its beginning, its ARN, or `latest`
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// The stack it ran on; the active one by default
    #[arg(long, value_name = "STACK")]
    pub(super) stack: Option<String>,
}

pub(super) async fn run(args: Args, stack: &Stack, printer: Printer) -> Result<ExitCode> {
    let found = artifacts::of_run(stack, &args.run).await?;
    if args.json {
        printer.json(&found);
        return Ok(ExitCode::SUCCESS);
    }
    let rows = found.into_iter().map(|it| {
        [
            format!("{}.{}", it.step, it.artifact.name),
            it.artifact.kind,
            table::size(it.artifact.size),
            it.artifact.hash.chars().take(12).collect(),
            it.uri,
        ]
    });
    printer.data(table::render(["ARTIFACT", "TYPE", "SIZE", "HASH", "WHERE"], rows));
    Ok(ExitCode::SUCCESS)
}
