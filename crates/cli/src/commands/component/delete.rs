//! `sagewright orchestrator delete` and the like.

use sagewright_store::components::Kind;
use sagewright_store::records::Records;

use crate::failure::Result;
use crate::printer::Printer;

/// Delete a component that nothing uses.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
}

pub(crate) async fn run(args: &Args, kind: Kind, records: &Records, printer: Printer) -> Result<()> {
    records.delete(kind, &args.name).await?;
    printer.talk(format_args!("deleted {kind} `{}`", args.name));
    Ok(())
}
