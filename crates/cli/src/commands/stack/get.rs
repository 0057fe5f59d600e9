//! `sagewright stack get`.

use sagewright_store::records::Records;

use crate::failure::Result;
use crate::printer::Printer;

/// Print the name of the active stack.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print the stack as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: &Args, records: &Records, printer: Printer) -> Result<()> {
    let active = records.active_stack().await?;
    if args.json {
        printer.json(&records.stack(&active).await?);
    } else {
        printer.data(active);
    }
    Ok(())
}
