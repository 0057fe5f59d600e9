//! `sagewright service-connector register`.

use sagewright_store::components::Kind;
use sagewright_store::records::{Component, Records};

use super::{ServiceConnector, verify};
use crate::catalog::{self, catalog};
use crate::commands::component::register;
use crate::failure::{Failure, Result};
use crate::field_flags::FieldFlags;
use crate::printer::Printer;
use crate::questions;

/// Register a new service connector.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    /// What it connects to
    #[arg(short, long = "type", value_name = "TYPE", default_value = "aws", value_parser = ["aws"])]
    connector_type: String,
    /// How it authenticates; `list-types` shows the ways
    #[arg(short, long, value_name = "METHOD")]
    auth_method: Option<String>,
    /// Use whatever the AWS configuration of this machine gives, as `--auth-method implicit`
    #[arg(long, conflicts_with = "auth_method")]
    auto_configure: bool,
    /// Ask for what is not given
    #[arg(short, long)]
    interactive: bool,
    /// Ask AWS at once whether it takes the credentials; nothing is registered if it does not
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    fields: FieldFlags<ServiceConnector>,
}

/// The way that is meant by `--auto-configure`.
const IMPLICIT: &str = "implicit";
/// How other tools call short-lived keys.
const ALIASES: [(&str, &str); 1] = [("sts-token", "session-token")];

pub(super) async fn run(args: Args, records: &Records, printer: Printer) -> Result<()> {
    let method = match args.auth_method {
        Some(method) => method,
        None if args.auto_configure => IMPLICIT.to_owned(),
        None if args.interactive => {
            let methods = catalog().of(Kind::ServiceConnector);
            let choices: Vec<_> = methods.map(|it| (it.name, it.description)).collect();
            questions::choose(printer, "way to authenticate", &choices)?
        }
        None => {
            let names: Vec<_> = catalog().of(Kind::ServiceConnector).map(|it| it.name).collect();
            return Err(Failure::input("`--auth-method` is missing")
                .hint(format!("the ways are: {}; `-i` asks for everything", names.join(", "))));
        }
    };
    let method = ALIASES.iter().find(|(alias, _)| *alias == method).map_or(method.as_str(), |(_, name)| name);
    let flavor = catalog::flavor(Kind::ServiceConnector, method).map_err(|it| Failure::problems(vec![it]))?;
    let mut given = args.fields.given;
    if args.interactive {
        questions::ask_fields(printer, flavor, &mut given)?;
    }
    let component = Component {
        kind: Kind::ServiceConnector,
        name: args.name,
        flavor: flavor.name.to_owned(),
        values: register::read(flavor, &given)?,
        connector: None,
        resource_id: None,
    };
    if args.verify {
        let identity = verify::identify(&component.flavor, &component.values).await?;
        printer.talk(format_args!("AWS takes the caller for {}", identity.arn));
    }
    records.register(std::slice::from_ref(&component), jiff::Timestamp::now()).await?;
    printer.talk(format_args!("registered service connector `{}`", component.name));
    if !args.verify {
        printer.talk(format_args!(
            "`sagewright service-connector verify {}` asks AWS whether it takes the credentials",
            component.name
        ));
    }
    Ok(())
}
