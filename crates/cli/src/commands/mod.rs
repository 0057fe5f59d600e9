//! One file for each command: what can be typed, and what it does.

pub(crate) mod artifact;
pub(crate) mod endpoint;
pub(crate) mod explain;
pub(crate) mod plan;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod status;

use std::process::ExitCode;

use crate::command_line::Command;
use crate::failure::Result;
use crate::printer::Printer;

/// Runs one command to its end.
pub(crate) async fn run(command: Command, printer: Printer) -> Result<ExitCode> {
    match command {
        Command::Run(args) => run::run(args, printer).await,
        Command::Plan(args) => plan::run(args, printer).await,
        Command::Runs(command) => runs::run(command, printer).await,
        Command::Artifact(command) => artifact::run(command, printer).await,
        Command::Endpoint(args) => endpoint::run(args, printer).await,
        Command::Status(args) => status::run(args, printer).await,
        Command::Explain(args) => explain::run(&args, printer),
    }
}
