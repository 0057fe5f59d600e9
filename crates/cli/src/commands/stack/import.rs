//! `sagewright stack import`.

use sagewright_store::components::{Flavor, Kind, Problem, Values};
use sagewright_store::records::{self, Component, LOCAL, Records};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::document::{Document, VERSION};
use crate::catalog;
use crate::commands::component::register::check_values;
use crate::failure::{Failure, Result};
use crate::printer::Printer;

/// Register a stack from YAML.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The stack's name; the one in the file by default
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// The file that `export` wrote
    #[arg(short, long, value_name = "FILE", required = true)]
    file: PathBuf,
    /// Use components and connectors of the same names that are there already, instead of failing
    #[arg(long)]
    reuse: bool,
    /// Make the stack the active one
    #[arg(long)]
    set: bool,
}

pub(super) async fn run(args: Args, records: &Records, printer: Printer) -> Result<()> {
    let text = fs_err::read_to_string(&args.file).map_err(Failure::input_error)?;
    let document: Document = serde_yaml_ng::from_str(&text).map_err(|error| {
        Failure::input_error(error).context(format!("`{}` describes no stack", args.file.display()))
    })?;
    if document.version != VERSION {
        return Err(Failure::input(format!("the file has version {}, known is {VERSION}", document.version)));
    }
    let name = args.name.unwrap_or(document.stack);
    let mut wanted = Vec::new();
    for (name, it) in document.service_connectors {
        let values = Values { configuration: it.configuration, ..Values::default() };
        let kind = Kind::ServiceConnector;
        wanted.push((
            Component { kind, name, flavor: it.auth_method, values, connector: None, resource_id: None },
            it.secrets,
        ));
    }
    let mut parts = BTreeMap::new();
    for (kind, it) in document.components {
        parts.insert(kind, it.name.clone());
        let values = Values { configuration: it.configuration, ..Values::default() };
        wanted.push((
            Component {
                kind,
                name: it.name,
                flavor: it.flavor,
                values,
                connector: it.connector,
                resource_id: it.resource_id,
            },
            it.secrets,
        ));
    }
    let present = records.all_components().await?;
    let is_present =
        |it: &Component| present.iter().any(|other| other.kind == it.kind && other.name == it.name);
    // The ready components of this machine are the same everywhere.
    wanted.retain(|(it, _)| !(is_present(it) && (args.reuse || it.name == LOCAL)));
    let problems: Vec<_> =
        wanted.iter().flat_map(|(it, secrets)| problems(it, secrets, is_present(it))).collect();
    if !problems.is_empty() {
        return Err(Failure::problems(problems));
    }
    let new: Vec<_> = wanted.iter().map(|(it, _)| it.clone()).collect();
    records.register_stack(&name, &parts, &new, args.set, jiff::Timestamp::now()).await?;
    printer.talk(format_args!("registered stack `{name}` with {} new components", new.len()));
    for (it, secrets) in wanted.iter().filter(|(_, secrets)| !secrets.is_empty()) {
        let flags: Vec<_> = secrets.iter().map(|field| format!("--{field}=…")).collect();
        printer.warning(format_args!(
            "secrets are not in the file: `sagewright {} update {} {}` sets them",
            it.kind.as_str(),
            it.name,
            flags.join(" ")
        ));
    }
    Ok(())
}

/// Everything wrong with one component of the file. Its secrets count as given: they are set afterwards.
fn problems(component: &Component, secrets: &BTreeSet<String>, is_present: bool) -> Vec<Problem> {
    let Component { kind, name, .. } = component;
    let named =
        |problem: Problem| Problem { message: format!("{kind} `{name}`: {}", problem.message), ..problem };
    let mut found = Vec::new();
    if is_present {
        let hint = "`--reuse` uses it; or rename the one in the file";
        found.push(Problem::new(format!("{kind} `{name}` is already there")).hint(hint));
    }
    if let Err(error) = records::check_name(kind.noun(), name) {
        found.push(Problem { message: error.to_string(), hint: error.hint() });
    }
    match catalog::flavor(*kind, &component.flavor) {
        Err(problem) => found.push(named(problem)),
        Ok(flavor) => {
            found.extend(clear_secrets(flavor, &component.values.configuration).into_iter().map(named));
            let mut values = component.values.clone();
            let missing = secrets.iter().filter(|field| !values.configuration.contains_key(*field));
            values.secrets = missing.map(|field| (field.clone(), String::new().into())).collect();
            found.extend(check_values(flavor, &values).into_iter().map(named));
        }
    }
    found
}

/// Secret fields whose value stands in the file in clear: it would be stored so.
fn clear_secrets(flavor: &Flavor, configuration: &Map<String, Value>) -> Vec<Problem> {
    let fields = flavor.fields.iter().filter(|field| field.secret);
    let is_clear = |name: &str| {
        let text = configuration.get(name).and_then(Value::as_str);
        text.is_some_and(|text| sagewright_store::components::references(text).is_empty())
    };
    fields
        .filter(|field| is_clear(&field.name))
        .map(|field| {
            Problem::new(format!("`{}` is secret and stands in the file in clear", field.name))
                .hint("write `{{SECRET.KEY}}`, or list it under `secrets` and set it afterwards")
        })
        .collect()
}
