//! `sagewright orchestrator rename` and the like.

use sagewright_store::components::Kind;
use sagewright_store::records::Records;

use crate::failure::Result;
use crate::printer::Printer;

/// Give a component another name.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    /// Its new name; whoever uses it goes on using it
    #[arg(value_name = "NEW-NAME")]
    new_name: String,
}

pub(crate) async fn run(args: &Args, kind: Kind, records: &Records, printer: Printer) -> Result<()> {
    records.rename(kind, &args.name, &args.new_name, jiff::Timestamp::now()).await?;
    printer.talk(format_args!("renamed {kind} `{}` to `{}`", args.name, args.new_name));
    Ok(())
}
