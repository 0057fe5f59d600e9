//! `sagewright stack update`.

use sagewright_store::components::Kind;
use sagewright_store::records::Records;

use super::parts::{self, PartArgs};
use crate::failure::{Failure, Result};
use crate::printer::Printer;

/// Replace components of a stack.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its name; the active one by default
    #[arg(value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    parts: PartArgs,
    /// Take the container registry out of the stack
    #[arg(long, conflicts_with = "container_registry")]
    without_container_registry: bool,
    /// Take the image builder out of the stack
    #[arg(long, conflicts_with = "image_builder")]
    without_image_builder: bool,
}

pub(super) async fn run(args: Args, records: &Records, printer: Printer) -> Result<()> {
    let name = match args.name {
        Some(name) => name,
        None => records.active_stack().await?,
    };
    let named = args.parts.named();
    let mut together = records.stack(&name).await?.components;
    together.extend(named.clone());
    let mut changes: std::collections::BTreeMap<_, _> =
        named.into_iter().map(|(kind, name)| (kind, Some(name))).collect();
    if args.without_container_registry {
        changes.insert(Kind::ContainerRegistry, None);
    }
    if args.without_image_builder {
        changes.insert(Kind::ImageBuilder, None);
    }
    if changes.is_empty() {
        return Err(Failure::input("there is nothing to change").hint("name a component, such as `-o NAME`"));
    }
    parts::check(records, &together).await?;
    records.update_stack(&name, &changes, jiff::Timestamp::now()).await?;
    printer.talk(format_args!("updated stack `{name}`"));
    Ok(())
}
