//! `sagewright orchestrator update` and the like.

use sagewright_store::records::Records;

use super::register;
use crate::catalog;
use crate::failure::{Failure, Result};
use crate::field_flags::{FieldFlags, OfKind};
use crate::printer::Printer;

/// Change values of a component's configuration.
#[derive(Debug, clap::Args)]
pub(crate) struct Args<K: OfKind> {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    fields: FieldFlags<K>,
}

pub(crate) async fn run<K: OfKind>(args: Args<K>, records: &Records, printer: Printer) -> Result<()> {
    change(records, K::KIND, &args.name, &args.fields.given, printer).await
}

/// Lays values over those that are there. The outcome is checked as a whole before anything is written.
pub(crate) async fn change(
    records: &Records,
    kind: sagewright_store::components::Kind,
    name: &str,
    given: &[(String, String)],
    printer: Printer,
) -> Result<()> {
    if given.is_empty() {
        return Err(Failure::input("there is nothing to change").hint("give the fields to set as flags"));
    }
    let mut changed = None;
    records
        .edit::<Failure>(kind, name, jiff::Timestamp::now(), |found, values| {
            let flavor = catalog::flavor(kind, &found.flavor).map_err(|it| Failure::problems(vec![it]))?;
            let (read, mut problems) = register::read_texts(flavor, given);
            values.merge(read);
            problems.extend(register::check_values(flavor, values));
            changed = Some((flavor, values.clone()));
            if problems.is_empty() { Ok(()) } else { Err(Failure::problems(problems)) }
        })
        .await?;
    printer.talk(format_args!("updated {kind} `{name}`"));
    if let Some((flavor, values)) = &changed {
        register::warn(flavor, values, printer);
    }
    Ok(())
}
