//! One file for each command: what can be typed, and what it does.

pub(crate) mod artifact;
pub(crate) mod aws;
pub(crate) mod component;
pub(crate) mod doctor;
pub(crate) mod endpoint;
pub(crate) mod explain;
pub(crate) mod integration;
pub(crate) mod plan;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod secret;
pub(crate) mod service_connector;
pub(crate) mod stack;
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
        Command::Stack(command) => stack::run(command, printer).await,
        Command::Orchestrator(command) => component::run(command, printer).await,
        Command::ArtifactStore(command) => component::run(command, printer).await,
        Command::ContainerRegistry(command) => component::run(command, printer).await,
        Command::ImageBuilder(command) => component::run(command, printer).await,
        Command::ServiceConnector(command) => service_connector::run(command, printer).await,
        Command::Secret(command) => secret::run(command, printer).await,
        Command::Integration(command) => integration::run(command, printer),
        Command::Doctor(args) => doctor::run(args, printer).await,
        Command::Aws(command) => aws::run(command, printer).await,
        Command::Endpoint(args) => endpoint::run(args, printer).await,
        Command::Status(args) => status::run(args, printer).await,
        Command::Explain(args) => explain::run(&args, printer),
    }
}
