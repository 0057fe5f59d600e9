//! `sagewright integration`: accepted, so that instructions written for other tools work as they are.

use std::process::ExitCode;

use crate::failure::{Failure, Result};
use crate::printer::Printer;

/// What can be asked about integrations.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Install integrations; nothing needs installing
    Install(InstallArgs),
    /// List what is built in
    List,
}

/// Install integrations; nothing needs installing.
#[derive(Debug, clap::Args)]
pub(crate) struct InstallArgs {
    /// Their names
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// Accepted and without effect
    #[arg(short, long, hide = true)]
    yes: bool,
}

/// What other tools keep in integrations and is built in here.
const BUILT_IN: [&str; 2] = ["aws", "s3"];

pub(crate) fn run(command: Command, printer: Printer) -> Result<ExitCode> {
    match command {
        Command::List => {
            for name in BUILT_IN {
                printer.data(name);
            }
        }
        Command::Install(args) => {
            let unknown: Vec<_> =
                args.names.iter().filter(|name| !BUILT_IN.contains(&name.as_str())).cloned().collect();
            if !unknown.is_empty() {
                return Err(Failure::input(format!("there is no integration {}", unknown.join(", ")))
                    .hint(format!("built in are: {}", BUILT_IN.join(", "))));
            }
            printer.talk(format_args!("{}: built in, nothing needs installing", args.names.join(", ")));
        }
    }
    Ok(ExitCode::SUCCESS)
}
