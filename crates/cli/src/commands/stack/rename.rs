//! `sagewright stack rename`.

use sagewright_store::records::Records;

use crate::failure::Result;
use crate::printer::Printer;

/// Give a stack another name.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    /// Its new name
    #[arg(value_name = "NEW-NAME")]
    new_name: String,
}

pub(super) async fn run(args: &Args, records: &Records, printer: Printer) -> Result<()> {
    records.rename_stack(&args.name, &args.new_name, jiff::Timestamp::now()).await?;
    printer.talk(format_args!("renamed stack `{}` to `{}`", args.name, args.new_name));
    Ok(())
}
