//! `sagewright stack delete`.

use sagewright_store::records::Records;

use crate::failure::Result;
use crate::printer::Printer;

/// Delete a stack that is not active.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    /// Delete the components that only this stack uses as well
    #[arg(short, long)]
    recursive: bool,
    /// Accepted and without effect: nothing is asked
    #[arg(short, long, hide = true)]
    yes: bool,
}

pub(super) async fn run(args: &Args, records: &Records, printer: Printer) -> Result<()> {
    let gone = records.delete_stack(&args.name, args.recursive).await?;
    printer.talk(format_args!("deleted stack `{}`", args.name));
    for (kind, name) in gone {
        printer.talk(format_args!("deleted {kind} `{name}`"));
    }
    Ok(())
}
