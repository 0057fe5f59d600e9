//! `sagewright orchestrator register` and the like.

use sagewright_store::components::{Flavor, Kind, Problem, Values};
use sagewright_store::records::{Component, Records};

use crate::catalog::{self, catalog};
use crate::failure::{Failure, Result};
use crate::field_flags::{FieldFlags, OfKind};
use crate::printer::Printer;
use crate::questions;

/// Register a new component.
#[derive(Debug, clap::Args)]
pub(crate) struct Args<K: OfKind> {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    /// Its flavor; `flavor list` shows them
    #[arg(short, long, value_name = "FLAVOR")]
    flavor: Option<String>,
    /// Ask for what is not given
    #[arg(short, long)]
    interactive: bool,
    /// The service connector it takes credentials from
    #[arg(short, long, value_name = "CONNECTOR")]
    connector: Option<String>,
    /// The one resource of the connector that it is about
    #[arg(long, value_name = "RESOURCE", requires = "connector")]
    resource_id: Option<String>,
    #[command(flatten)]
    fields: FieldFlags<K>,
}

pub(crate) async fn run<K: OfKind>(args: Args<K>, records: &Records, printer: Printer) -> Result<()> {
    let flavor = choose_flavor(K::KIND, args.flavor, args.interactive, printer)?;
    let mut given = args.fields.given;
    if args.interactive {
        questions::ask_fields(printer, flavor, &mut given)?;
    }
    let component = Component {
        kind: K::KIND,
        name: args.name,
        flavor: flavor.name.to_owned(),
        values: read(flavor, &given)?,
        connector: args.connector,
        resource_id: args.resource_id,
    };
    records.register(std::slice::from_ref(&component), jiff::Timestamp::now()).await?;
    printer.talk(format_args!("registered {} `{}`", K::KIND, component.name));
    warn(flavor, &component.values, printer);
    Ok(())
}

fn choose_flavor(
    kind: Kind,
    flavor: Option<String>,
    interactive: bool,
    printer: Printer,
) -> Result<&'static Flavor> {
    let name = match flavor {
        Some(name) => name,
        None if interactive => {
            let choices: Vec<_> = catalog().of(kind).map(|it| (it.name, it.description)).collect();
            questions::choose(printer, "flavor", &choices)?
        }
        None => {
            let names: Vec<_> = catalog().of(kind).map(|it| it.name).collect();
            return Err(Failure::input("`--flavor` is missing")
                .hint(format!("the flavors are: {}; `-i` asks for everything", names.join(", "))));
        }
    };
    catalog::flavor(kind, &name).map_err(|problem| Failure::problems(vec![problem]))
}

/// Reads what was given for fields, and checks it as a whole; everything wrong is reported at once.
pub(crate) fn read(flavor: &Flavor, given: &[(String, String)]) -> Result<Values> {
    let (values, mut problems) = read_texts(flavor, given);
    // A value that cannot be read is there all the same: it is not reported as missing as well.
    let mut present = values.clone();
    for (name, text) in given.iter().filter(|(name, _)| flavor.field(name).is_some()) {
        present.secrets.entry(name.clone()).or_insert_with(|| text.as_str().into());
    }
    problems.extend(check_values(flavor, &present));
    if problems.is_empty() { Ok(values) } else { Err(Failure::problems(problems)) }
}

/// Reads what was given for fields, where others have values already.
pub(crate) fn read_texts(flavor: &Flavor, given: &[(String, String)]) -> (Values, Vec<Problem>) {
    Values::read(flavor, given.iter().map(|(name, text)| (name.as_str(), text.as_str())))
}

/// Everything wrong with values taken together.
pub(crate) fn check_values(flavor: &Flavor, values: &Values) -> Vec<Problem> {
    let mut problems = values.problems(flavor);
    if flavor.fields.iter().any(|field| field.setting) {
        problems.extend(catalog::settings_problems(&values.configuration));
    }
    problems
}

/// Says what is still missing before anything can be run.
pub(crate) fn warn(flavor: &Flavor, values: &Values, printer: Printer) {
    for field in flavor.missing_to_run(&values.configuration) {
        printer.warning(format_args!("it cannot run anything before `--{}` is set", field.flag()));
    }
}
