//! `sagewright secret delete`.

use sagewright_store::records::Records;

use crate::failure::Result;
use crate::printer::Printer;

/// Delete a secret that nothing refers to.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
}

pub(super) async fn run(args: &Args, records: &Records, printer: Printer) -> Result<()> {
    records.delete_secret(&args.name).await?;
    printer.talk(format_args!("deleted secret `{}`", args.name));
    Ok(())
}
