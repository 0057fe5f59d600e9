//! `sagewright runs retry`.

use std::process::ExitCode;

use super::{RunArgument, watch};
use crate::failure::Result;
use crate::printer::Printer;
use crate::run_lookup;
use crate::stack::Stack;

/// Start a failed or stopped run again where it ended.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) run: RunArgument,
    /// Return when it is started
    #[arg(long)]
    detach: bool,
}

pub(super) async fn run(args: Args, stack: &Stack, printer: Printer) -> Result<ExitCode> {
    let arn = run_lookup::find(stack, &args.run.run).await?;
    stack.client.retry(&arn, &uuid::Uuid::new_v4().to_string()).await?;
    if args.detach {
        printer.talk("started again");
        return Ok(ExitCode::SUCCESS);
    }
    watch::to_the_end(stack, &arn, printer).await
}
