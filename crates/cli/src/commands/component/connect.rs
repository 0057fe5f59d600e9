//! `sagewright orchestrator connect` and `disconnect`, and the like.

use sagewright_store::components::Kind;
use sagewright_store::records::Records;

use crate::failure::{Failure, Result};
use crate::printer::Printer;
use crate::questions;

/// Take credentials from a service connector.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The component's name
    #[arg(value_name = "NAME")]
    name: String,
    /// The service connector
    #[arg(short, long, value_name = "CONNECTOR", required_unless_present = "interactive")]
    connector: Option<String>,
    /// The one resource of the connector that it is about, such as a bucket
    #[arg(short, long, value_name = "RESOURCE")]
    resource_id: Option<String>,
    /// Ask for the connector
    #[arg(short, long)]
    interactive: bool,
}

/// Take credentials from the service connector no longer.
#[derive(Debug, clap::Args)]
pub(crate) struct DisconnectArgs {
    /// The component's name
    #[arg(value_name = "NAME")]
    name: String,
}

pub(crate) async fn run(args: Args, kind: Kind, records: &Records, printer: Printer) -> Result<()> {
    let connector = match args.connector {
        Some(connector) => connector,
        None => choose(records, printer).await?,
    };
    let (name, resource) = (args.name.as_str(), args.resource_id.as_deref());
    records.connect(kind, name, Some(&connector), resource, jiff::Timestamp::now()).await?;
    printer.talk(format_args!("{kind} `{name}` takes its credentials from service connector `{connector}`"));
    Ok(())
}

async fn choose(records: &Records, printer: Printer) -> Result<String> {
    let known = records.components(Kind::ServiceConnector).await?;
    if known.is_empty() {
        return Err(Failure::input("there are no service connectors yet")
            .hint("`sagewright service-connector register NAME --type aws -i` makes one"));
    }
    let choices: Vec<_> = known.iter().map(|it| (it.name.as_str(), it.flavor.as_str())).collect();
    questions::choose(printer, "service connector", &choices)
}

pub(super) async fn disconnect(
    args: DisconnectArgs,
    kind: Kind,
    records: &Records,
    printer: Printer,
) -> Result<()> {
    records.connect(kind, &args.name, None, None, jiff::Timestamp::now()).await?;
    printer.talk(format_args!("{kind} `{}` has no service connector any more", args.name));
    Ok(())
}
