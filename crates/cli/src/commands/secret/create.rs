//! `sagewright secret create`.

use sagewright_store::records::Records;

use super::values::ValueArgs;
use crate::failure::{Failure, Result};
use crate::printer::Printer;

/// Make a new secret.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    values: ValueArgs,
}

pub(super) async fn run(args: Args, records: &Records, printer: Printer) -> Result<()> {
    let values = args.values.read(printer)?;
    if values.is_empty() {
        return Err(Failure::input("a secret needs a value").hint("`--KEY=VALUE` gives one, `-i` asks"));
    }
    records.create_secret(&args.name, &values, jiff::Timestamp::now()).await?;
    let keys: Vec<_> = values.into_keys().collect();
    printer.talk(format_args!("made secret `{}` with {}", args.name, keys.join(", ")));
    Ok(())
}
