//! `sagewright stack register`.

use sagewright_store::components::Kind;
use sagewright_store::records::Records;

use super::parts::{self, PartArgs};
use crate::failure::Result;
use crate::printer::Printer;
use crate::questions;

/// Register a new stack.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    parts: PartArgs,
    /// Make it the active one
    #[arg(long)]
    set: bool,
    /// Ask for the components that are not given
    #[arg(long)]
    interactive: bool,
}

pub(super) async fn run(args: Args, records: &Records, printer: Printer) -> Result<()> {
    let mut named = args.parts.named();
    if args.interactive {
        for kind in Kind::OF_STACKS {
            if named.contains_key(&kind) {
                continue;
            }
            let known = records.components(kind).await?;
            let none = ("none", "the stack does without");
            let choices = known.iter().map(|it| (it.name.as_str(), it.flavor.as_str()));
            let choices: Vec<_> = choices.chain((!kind.is_necessary()).then_some(none)).collect();
            let choice = questions::choose(printer, kind.noun(), &choices)?;
            if known.iter().any(|it| it.name == choice) {
                named.insert(kind, choice);
            }
        }
    }
    parts::check(records, &named).await?;
    records.register_stack(&args.name, &named, &[], args.set, jiff::Timestamp::now()).await?;
    let active = if args.set { "; it is the active one" } else { "" };
    printer.talk(format_args!("registered stack `{}`{active}", args.name));
    if !args.set {
        printer.talk(format_args!("`sagewright stack set {}` makes it the active one", args.name));
    }
    Ok(())
}
