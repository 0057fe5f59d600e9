//! `sagewright runs`: everything about runs that were started, here or by another client.

mod list;
mod logs;
mod retry;
mod show;
mod stop;
mod watch;

use std::process::ExitCode;

use crate::failure::Result;
use crate::home::Home;
use crate::printer::Printer;
use crate::stack::Stack;

/// What can be done with runs.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List runs, newest first
    List(list::Args),
    /// Show a run and its steps
    Show(show::Args),
    /// Follow a run to its end
    Watch(watch::Args),
    /// Print the output of a run's steps
    Logs(logs::Args),
    /// Stop a run
    Stop(stop::Args),
    /// Start a failed or stopped run again where it ended
    Retry(retry::Args),
}

/// The run that a command is about.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArgument {
    /// A run's id, its beginning, its ARN, or `latest`
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,
    /// The stack it runs on; the active one by default
    #[arg(long, value_name = "STACK")]
    stack: Option<String>,
}

pub(crate) async fn run(command: Command, printer: Printer) -> Result<ExitCode> {
    let home = Home::find()?;
    let stack = Stack::open(command.stack(), &home).await?;
    let outcome = match command {
        Command::List(args) => list::run(args, &stack, printer).await,
        Command::Show(args) => show::run(args, &stack, printer).await,
        Command::Watch(args) => watch::run(args, &stack, printer).await,
        Command::Logs(args) => logs::run(args, &stack, printer).await,
        Command::Stop(args) => stop::run(args, &stack, printer).await,
        Command::Retry(args) => retry::run(args, &stack, printer).await,
    };
    stack.close(printer).await?;
    outcome
}

impl Command {
    fn stack(&self) -> Option<&str> {
        match self {
            Self::List(args) => args.stack.as_deref(),
            Self::Show(args) => args.run.stack.as_deref(),
            Self::Watch(args) => args.run.stack.as_deref(),
            Self::Logs(args) => args.run.stack.as_deref(),
            Self::Stop(args) => args.run.stack.as_deref(),
            Self::Retry(args) => args.run.stack.as_deref(),
        }
    }
}
