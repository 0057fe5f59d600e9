//! `sagewright stack describe`.

use sagewright_store::records::{Records, Stack, Summary};
use serde::Serialize;

use crate::commands::component::describe;
use crate::failure::Result;
use crate::printer::Printer;

/// Show a stack with its components.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its name; the active one by default
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Described {
    #[serde(flatten)]
    stack: Stack,
    active: bool,
    parts: Vec<Summary>,
}

pub(super) async fn run(args: Args, records: &Records, printer: Printer) -> Result<()> {
    let active = records.active_stack().await?;
    let stack = records.stack(args.name.as_deref().unwrap_or(&active)).await?;
    let mut parts = Vec::new();
    for (kind, name) in &stack.components {
        parts.push(records.component(*kind, name).await?);
    }
    let described = Described { active: stack.name == active, stack, parts };
    if args.json {
        printer.json(&described);
        return Ok(());
    }
    let mark = if described.active { " (active)" } else { "" };
    printer.data(format_args!("stack `{}`{mark}", described.stack.name));
    for part in &described.parts {
        printer.data(format_args!("\n{}", part.kind));
        describe::print(part, printer);
    }
    Ok(())
}
