//! `sagewright orchestrator describe` and the like.

use sagewright_store::components::Kind;
use sagewright_store::records::{Records, Summary};
use serde_json::Value;

use crate::failure::{Failure, Result};
use crate::printer::Printer;

/// Show a component with its configuration.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its name; the active stack's by default
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(args: Args, kind: Kind, records: &Records, printer: Printer) -> Result<()> {
    let name = match args.name {
        Some(name) => name,
        None => active(kind, records).await?,
    };
    let found = records.component(kind, &name).await?;
    if args.json {
        printer.json(&found);
    } else {
        print(&found, printer);
    }
    Ok(())
}

/// The name of the active stack's component.
async fn active(kind: Kind, records: &Records) -> Result<String> {
    let active = records.active_stack().await?;
    let mut stack = records.stack(&active).await?;
    stack
        .components
        .remove(&kind)
        .ok_or_else(|| Failure::input(format!("the active stack `{active}` has no {kind}")).hint("name one"))
}

/// Shows everything but the values of secrets.
pub(crate) fn print(it: &Summary, printer: Printer) {
    let flavor = if it.kind == Kind::ServiceConnector { "method" } else { "flavor" };
    printer.data(format_args!("name       {}", it.name));
    printer.data(format_args!("{flavor}     {}", it.flavor));
    if let Some(connector) = &it.connector {
        printer.data(format_args!("connector  {connector}"));
    }
    if let Some(resource) = &it.resource_id {
        printer.data(format_args!("resource   {resource}"));
    }
    printer.data(format_args!("created    {}", it.created_at));
    printer.data(format_args!("changed    {}", it.updated_at));
    if !it.configuration.is_empty() || !it.secrets.is_empty() {
        printer.data("configuration");
    }
    for (field, value) in &it.configuration {
        let text = value.as_str().map_or_else(|| Value::to_string(value), str::to_owned);
        printer.data(format_args!("  {field} = {text}"));
    }
    for field in &it.secrets {
        printer.data(format_args!("  {field} = (secret)"));
    }
}
