//! `sagewright secret update`.

use sagewright_store::records::Records;

use super::values::ValueArgs;
use crate::failure::{Failure, Result};
use crate::printer::Printer;

/// Set or remove values of a secret.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    /// Remove this value; may be given several times
    #[arg(short, long = "remove-key", value_name = "KEY")]
    remove: Vec<String>,
    #[command(flatten)]
    values: ValueArgs,
}

pub(super) async fn run(args: Args, records: &Records, printer: Printer) -> Result<()> {
    let values = args.values.read(printer)?;
    if values.is_empty() && args.remove.is_empty() {
        return Err(Failure::input("there is nothing to change")
            .hint("`--KEY=VALUE` sets a value, `--remove-key KEY` removes one"));
    }
    records.update_secret(&args.name, &values, &args.remove, jiff::Timestamp::now()).await?;
    printer.talk(format_args!("updated secret `{}`", args.name));
    Ok(())
}
