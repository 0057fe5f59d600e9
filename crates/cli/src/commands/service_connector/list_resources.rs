//! `sagewright service-connector list-resources`.

use sagewright_store::components::Kind;
use sagewright_store::records::Records;
use serde::Serialize;

use crate::failure::Result;
use crate::printer::Printer;
use crate::stack::credentials::{self, Source};
use crate::table;

/// List what a connector's credentials reach.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The connector's name; all of them by default
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Something that a connector reaches.
#[derive(Debug, Serialize)]
struct Resource {
    connector: String,
    #[serde(rename = "resource_type")]
    kind: &'static str,
    #[serde(rename = "resource_id")]
    id: String,
}

pub(super) async fn run(args: &Args, records: &Records, printer: Printer) -> Result<()> {
    let connectors = match &args.name {
        Some(name) => vec![records.component(Kind::ServiceConnector, name).await?],
        None => records.components(Kind::ServiceConnector).await?,
    };
    let mut found = Vec::new();
    for connector in connectors {
        let values = credentials::values(records, &connector).await?;
        let source = Source::connector(&connector.flavor, &values)?;
        let session = source.connection(None, None).await?.open(&credentials::Terminal).await?;
        let resource = |kind, id| Resource { connector: connector.name.clone(), kind, id };
        let identity = session.caller_identity().await?;
        found.push(resource("aws-account", identity.account_id));
        let buckets = sagewright_store::list_buckets(&session.store_connection()).await?;
        found.extend(buckets.into_iter().map(|name| resource("s3-bucket", format!("s3://{name}"))));
    }
    if args.json {
        printer.json(&found);
        return Ok(());
    }
    let rows = found.into_iter().map(|it| [it.connector, it.kind.to_owned(), it.id]);
    printer.data(table::render(["CONNECTOR", "TYPE", "RESOURCE"], rows));
    Ok(())
}
