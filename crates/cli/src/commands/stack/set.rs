//! `sagewright stack set`.

use sagewright_store::records::Records;

use crate::failure::Result;
use crate::printer::Printer;

/// Make a stack the active one.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
}

pub(super) async fn run(args: &Args, records: &Records, printer: Printer) -> Result<()> {
    records.set_active_stack(&args.name).await?;
    printer.talk(format_args!("stack `{}` is the active one", args.name));
    Ok(())
}
