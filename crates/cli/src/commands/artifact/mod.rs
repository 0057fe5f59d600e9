//! `sagewright artifact`: what steps produced.

mod get;
mod list;
mod show;

use std::process::ExitCode;

use crate::failure::Result;
use crate::home::Home;
use crate::printer::Printer;
use crate::stack::Stack;

/// What can be done with artifacts.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List the artifacts of a run
    List(list::Args),
    /// Show one artifact: type, size, files, preview
    Show(show::Args),
    /// Download an artifact's files
    Get(get::Args),
}

/// One artifact of a run.
#[derive(Debug, clap::Args)]
pub(crate) struct ArtifactArgument {
    /// STEP, or STEP.OUTPUT where the step has several outputs
    #[arg(value_name = "ARTIFACT")]
    artifact: String,
    /// The run's id, its beginning, its ARN, or `latest`
    #[arg(long, value_name = "RUN", default_value = "latest")]
    run: String,
    /// The stack it ran on; the active one by default
    #[arg(long, value_name = "STACK")]
    stack: Option<String>,
}

pub(crate) async fn run(command: Command, printer: Printer) -> Result<ExitCode> {
    let home = Home::find()?;
    let name = match &command {
        Command::List(args) => args.stack.as_deref(),
        Command::Show(args) => args.artifact.stack.as_deref(),
        Command::Get(args) => args.artifact.stack.as_deref(),
    };
    let stack = Stack::open(name, &home).await?;
    let outcome = match command {
        Command::List(args) => list::run(args, &stack, printer).await,
        Command::Show(args) => show::run(args, &stack, printer).await,
        Command::Get(args) => get::run(args, &stack, printer).await,
    };
    stack.close(printer).await?;
    outcome
}
