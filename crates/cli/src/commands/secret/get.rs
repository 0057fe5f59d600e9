//! `sagewright secret get`.

use sagewright_store::records::Records;
use secrecy::ExposeSecret as _;
use std::collections::BTreeMap;

use crate::failure::Result;
use crate::printer::Printer;

/// Show the keys of a secret.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    /// Show the values as well, in clear
    #[arg(long)]
    show: bool,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: &Args, records: &Records, printer: Printer) -> Result<()> {
    if !args.show {
        let found = records.secret(&args.name).await?;
        if args.json {
            printer.json(&found);
        } else {
            for key in &found.keys {
                printer.data(key);
            }
        }
        return Ok(());
    }
    let found = records.secret_values(&args.name).await?;
    let values: BTreeMap<_, _> = found.iter().map(|(key, value)| (key, value.expose_secret())).collect();
    if args.json {
        printer.json(&values);
    } else {
        for (key, value) in &values {
            printer.data(format_args!("{key}={value}"));
        }
    }
    Ok(())
}
