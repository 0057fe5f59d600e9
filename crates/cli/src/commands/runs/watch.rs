//! `sagewright runs watch`.

use std::process::ExitCode;

use super::RunArgument;
use crate::commands::run::{exit_code, interrupted};
use crate::failure::Result;
use crate::printer::Printer;
use crate::progress;
use crate::report;
use crate::run_lookup;
use crate::stack::Stack;

/// Follow a run to its end.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) run: RunArgument,
}

pub(super) async fn run(args: Args, stack: &Stack, printer: Printer) -> Result<ExitCode> {
    let arn = run_lookup::find(stack, &args.run.run).await?;
    to_the_end(stack, &arn, printer).await
}

/// Follows a run until it has ended or the person has seen enough; leaving does not end the run.
pub(super) async fn to_the_end(stack: &Stack, arn: &str, printer: Printer) -> Result<ExitCode> {
    let record = run_lookup::record(stack, arn).await?;
    let names = run_lookup::step_names(stack, record.as_ref()).await;
    let mut view = progress::view(printer, names);
    let run = tokio::select! {
        run = progress::follow(stack, arn, view.as_mut(), printer) => run?,
        () = interrupted() => {
            view.finish();
            printer.talk("the run goes on");
            return Ok(ExitCode::SUCCESS);
        }
    };
    report::print(printer, &run, &report::failed_steps(stack, &run).await?);
    report::print_end(printer, &run);
    Ok(exit_code(&run))
}
