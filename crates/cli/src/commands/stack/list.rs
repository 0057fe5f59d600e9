//! `sagewright stack list`.

use sagewright_store::components::Kind;
use sagewright_store::records::{Records, Stack};
use serde::Serialize;

use crate::failure::Result;
use crate::printer::Printer;
use crate::table;

/// List all stacks.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// A stack and whether it is the active one.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    #[serde(flatten)]
    pub(super) stack: Stack,
    pub(super) active: bool,
}

pub(super) async fn run(args: &Args, records: &Records, printer: Printer) -> Result<()> {
    let active = records.active_stack().await?;
    let stacks = records.stacks().await?;
    let found: Vec<_> =
        stacks.into_iter().map(|stack| Listed { active: stack.name == active, stack }).collect();
    if args.json {
        printer.json(&found);
        return Ok(());
    }
    let rows = found.into_iter().map(|it| {
        let part = |kind| it.stack.components.get(&kind).cloned().unwrap_or_default();
        [
            if it.active { "*".to_owned() } else { String::new() },
            it.stack.name.clone(),
            part(Kind::Orchestrator),
            part(Kind::ArtifactStore),
            part(Kind::ContainerRegistry),
            part(Kind::ImageBuilder),
        ]
    });
    let headings =
        ["ACTIVE", "NAME", "ORCHESTRATOR", "ARTIFACT STORE", "CONTAINER REGISTRY", "IMAGE BUILDER"];
    printer.data(table::render(headings, rows));
    Ok(())
}
