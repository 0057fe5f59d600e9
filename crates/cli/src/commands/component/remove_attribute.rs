//! `sagewright orchestrator remove-attribute` and the like.

use sagewright_store::components::{Kind, Problem};
use sagewright_store::records::Records;

use super::register;
use crate::catalog;
use crate::failure::{Failure, Result};
use crate::printer::Printer;

/// Remove values of a component's configuration.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    /// The fields to remove, with or without `--` in front
    #[arg(value_name = "FIELD", required = true, allow_hyphen_values = true, trailing_var_arg = true)]
    fields: Vec<String>,
}

pub(crate) async fn run(args: Args, kind: Kind, records: &Records, printer: Printer) -> Result<()> {
    let fields: Vec<_> = args.fields.iter().map(|it| it.trim_start_matches("--").replace('-', "_")).collect();
    records
        .edit::<Failure>(kind, &args.name, jiff::Timestamp::now(), |found, values| {
            let flavor = catalog::flavor(kind, &found.flavor).map_err(|it| Failure::problems(vec![it]))?;
            let mut problems: Vec<_> = fields
                .iter()
                .filter(|name| !values.remove(name))
                .map(|name| match flavor.field(name) {
                    Some(_) => Problem::new(format!("`{name}` has no value")),
                    None => flavor.unknown(name),
                })
                .collect();
            problems.extend(register::check_values(flavor, values));
            if problems.is_empty() { Ok(()) } else { Err(Failure::problems(problems)) }
        })
        .await?;
    printer.talk(format_args!("removed {} from {kind} `{}`", fields.join(", "), args.name));
    Ok(())
}
