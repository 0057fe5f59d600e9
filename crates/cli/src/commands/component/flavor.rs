//! `sagewright orchestrator flavor list` and `describe`, and the like.

use sagewright_store::components::{Flavor, Kind, Need};
use std::process::ExitCode;

use crate::catalog::{self, catalog};
use crate::failure::{Failure, Result};
use crate::printer::Printer;
use crate::table;

/// What can be asked about flavors.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List the flavors
    List(ListArgs),
    /// Describe a flavor with all its fields
    Describe(DescribeArgs),
}

/// List the flavors.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Describe a flavor with all its fields.
#[derive(Debug, clap::Args)]
pub(crate) struct DescribeArgs {
    /// The flavor's name
    #[arg(value_name = "FLAVOR")]
    flavor: String,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(command: Command, kind: Kind, printer: Printer) -> Result<ExitCode> {
    match command {
        Command::List(args) => list(kind, args.json, printer),
        Command::Describe(args) => {
            let flavor = catalog::flavor(kind, &args.flavor).map_err(|it| Failure::problems(vec![it]))?;
            if args.json { printer.json(flavor) } else { describe(flavor, printer) }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Lists the flavors of a kind; of service connectors, the ways to authenticate.
pub(crate) fn list(kind: Kind, json: bool, printer: Printer) {
    let flavors: Vec<_> = catalog().of(kind).collect();
    if json {
        printer.json(&flavors);
        return;
    }
    let rows = flavors.into_iter().map(|it| [it.name.to_owned(), it.description.to_owned()]);
    let heading = if kind == Kind::ServiceConnector { "METHOD" } else { "FLAVOR" };
    printer.data(table::render([heading, "WHAT IT IS"], rows));
}

/// Shows a flavor with its fields.
pub(crate) fn describe(flavor: &Flavor, printer: Printer) {
    printer.data(format_args!("{} `{}`: {}", flavor.kind, flavor.name, flavor.description));
    if flavor.fields.is_empty() {
        printer.data("it has no fields");
        return;
    }
    printer.data("");
    let rows = flavor.fields.iter().map(|field| {
        let need = match (field.need, field.secret) {
            (Need::Required, true) => "yes, secret",
            (Need::Required, false) => "yes",
            (Need::ToRun, _) => "to run",
            (Need::Optional, true) => "no, secret",
            (Need::Optional, false) => "no",
        };
        [field.name.to_string(), need.to_owned(), field.form.name(), field.description.to_string()]
    });
    printer.data(table::render(["FIELD", "NEEDED", "VALUE", "MEANING"], rows));
}
