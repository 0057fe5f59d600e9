//! `sagewright runs stop`.

use std::process::ExitCode;

use super::RunArgument;
use crate::failure::Result;
use crate::printer::Printer;
use crate::progress;
use crate::report;
use crate::run_lookup;
use crate::stack::Stack;

/// Stop a run.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) run: RunArgument,
    /// Do not wait until it has stopped
    #[arg(long)]
    no_wait: bool,
}

pub(super) async fn run(args: Args, stack: &Stack, printer: Printer) -> Result<ExitCode> {
    let arn = run_lookup::find(stack, &args.run.run).await?;
    stack.client.stop(&arn, &uuid::Uuid::new_v4().to_string()).await?;
    if args.no_wait {
        printer.talk("asked to stop");
        return Ok(ExitCode::SUCCESS);
    }
    let mut view = progress::view(printer, Vec::new());
    let run = progress::follow(stack, &arn, view.as_mut(), printer).await?;
    report::print_end(printer, &run);
    Ok(ExitCode::SUCCESS)
}
