//! `sagewright service-connector verify`.

use sagewright_aws::CallerIdentity;
use sagewright_store::components::{Kind, Values};
use sagewright_store::records::Records;

use crate::failure::Result;
use crate::printer::Printer;
use crate::stack::credentials::{self, Source};

/// Ask AWS whether it takes a connector's credentials.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The connector's name
    #[arg(value_name = "NAME")]
    name: String,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: &Args, records: &Records, printer: Printer) -> Result<()> {
    let connector = records.component(Kind::ServiceConnector, &args.name).await?;
    let values = credentials::values(records, &connector).await?;
    let identity = identify(&connector.flavor, &values).await?;
    if args.json {
        printer.json(&identity);
    } else {
        printer.data(format_args!("account  {}", identity.account_id));
        printer.data(format_args!("caller   {}", identity.arn));
    }
    Ok(())
}

/// Asks AWS who it takes the caller for.
pub(super) async fn identify(method: &str, values: &Values) -> Result<CallerIdentity> {
    let source = Source::connector(method, values)?;
    let session = source.connection(None, None).await?.open(&credentials::Terminal).await?;
    Ok(session.caller_identity().await?)
}
