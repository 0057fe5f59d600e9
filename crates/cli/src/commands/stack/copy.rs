//! `sagewright stack copy`.

use sagewright_store::records::Records;

use crate::failure::Result;
use crate::printer::Printer;

/// Register a new stack with the components of another.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The stack to copy
    #[arg(value_name = "NAME")]
    name: String,
    /// The new stack's name
    #[arg(value_name = "NEW-NAME")]
    new_name: String,
}

pub(super) async fn run(args: &Args, records: &Records, printer: Printer) -> Result<()> {
    records.copy_stack(&args.name, &args.new_name, jiff::Timestamp::now()).await?;
    printer.talk(format_args!("registered stack `{}` with the components of `{}`", args.new_name, args.name));
    Ok(())
}
