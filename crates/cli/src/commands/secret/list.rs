//! `sagewright secret list`.

use sagewright_store::records::Records;

use crate::failure::Result;
use crate::printer::Printer;
use crate::table;

/// List all secrets, without their values.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: &Args, records: &Records, printer: Printer) -> Result<()> {
    let found = records.secrets().await?;
    if args.json {
        printer.json(&found);
        return Ok(());
    }
    let rows = found.into_iter().map(|it| {
        let keys: Vec<_> = it.keys.into_iter().collect();
        [it.name, keys.join(", "), it.updated_at]
    });
    printer.data(table::render(["NAME", "KEYS", "CHANGED"], rows));
    Ok(())
}
