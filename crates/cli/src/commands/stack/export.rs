//! `sagewright stack export`.

use sagewright_store::components::Kind;
use sagewright_store::records::Records;
use std::collections::BTreeMap;
use std::path::PathBuf;

use super::document::{Connector, Document, Part, VERSION};
use crate::failure::{Failure, Result};
use crate::printer::Printer;

/// Write a stack with its components as YAML, without secrets.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its name; the active one by default
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// The file; standard output by default
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

pub(super) async fn run(args: Args, records: &Records, printer: Printer) -> Result<()> {
    let name = match args.name {
        Some(name) => name,
        None => records.active_stack().await?,
    };
    let stack = records.stack(&name).await?;
    let mut document = Document {
        version: VERSION,
        stack: name,
        components: BTreeMap::new(),
        service_connectors: BTreeMap::new(),
    };
    for (kind, name) in stack.components {
        let found = records.component(kind, &name).await?;
        if let Some(name) = &found.connector {
            let connector = records.component(Kind::ServiceConnector, name).await?;
            let connector = Connector {
                kind: "aws".to_owned(),
                auth_method: connector.flavor,
                configuration: connector.configuration,
                secrets: connector.secrets,
            };
            document.service_connectors.insert(name.clone(), connector);
        }
        let part = Part {
            name: found.name,
            flavor: found.flavor,
            configuration: found.configuration,
            secrets: found.secrets,
            connector: found.connector,
            resource_id: found.resource_id,
        };
        document.components.insert(kind, part);
    }
    let text = serde_yaml_ng::to_string(&document).map_err(Failure::fault)?;
    match args.file {
        Some(file) => {
            fs_err::write(&file, text).map_err(Failure::input_error)?;
            printer.talk(format_args!("wrote stack `{}` to {}", document.stack, file.display()));
        }
        None => printer.data(text.trim_end()),
    }
    Ok(())
}
