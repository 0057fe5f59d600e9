//! `sagewright orchestrator list` and the like.

use sagewright_store::components::Kind;
use sagewright_store::records::Records;

use crate::failure::Result;
use crate::printer::Printer;
use crate::table;

/// List all components of a kind.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(args: &Args, kind: Kind, records: &Records, printer: Printer) -> Result<()> {
    let found = records.components(kind).await?;
    if args.json {
        printer.json(&found);
        return Ok(());
    }
    let active = records.stack(&records.active_stack().await?).await?;
    let rows = found.into_iter().map(|it| {
        let mark = if active.components.get(&kind) == Some(&it.name) { "*" } else { "" };
        [mark.to_owned(), it.name, it.flavor, it.connector.unwrap_or_default(), it.updated_at]
    });
    printer.data(table::render(["ACTIVE", "NAME", "FLAVOR", "CONNECTOR", "CHANGED"], rows));
    Ok(())
}
