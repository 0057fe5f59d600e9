//! What was typed: the commands and their arguments. Deciding what it means happens in `commands`.

use clap::{CommandFactory, Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;

use crate::commands::{
    artifact, aws, component, doctor, endpoint, explain, integration, plan, run, runs, secret,
    service_connector, stack, status,
};
use crate::printer::Printer;

/// Write ML pipelines as plain functions; run them here or on Amazon SageMaker Pipelines.
#[derive(Debug, Parser)]
#[command(name = "sagewright", version, arg_required_else_help = true, max_term_width = 110)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

/// One command of `sagewright`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a pipeline and follow it to its end
    Run(run::Args),
    /// Show what would be submitted; checks everything, changes nothing
    Plan(plan::Args),
    /// List, show, watch, stop and retry runs, and read their logs
    #[command(subcommand)]
    Runs(runs::Command),
    /// List, show and download what steps produced
    #[command(subcommand)]
    Artifact(artifact::Command),
    /// Where pipelines run and where their artifacts go: register, list and choose stacks
    #[command(subcommand)]
    Stack(stack::Command),
    /// Register and change orchestrators: where pipelines run
    #[command(subcommand)]
    Orchestrator(component::Command<component::Orchestrator>),
    /// Register and change artifact stores: where artifacts, code and records go
    #[command(subcommand)]
    ArtifactStore(component::Command<component::ArtifactStore>),
    /// Register and change container registries: where images go
    #[command(subcommand)]
    ContainerRegistry(component::Command<component::ContainerRegistry>),
    /// Register and change image builders
    #[command(subcommand)]
    ImageBuilder(component::Command<component::ImageBuilder>),
    /// Register, change and verify ways to authenticate that components share
    #[command(subcommand)]
    ServiceConnector(service_connector::Command),
    /// Keep encrypted values that components refer to
    #[command(subcommand)]
    Secret(secret::Command),
    /// Accepted as in other tools; nothing needs installing
    #[command(subcommand)]
    Integration(integration::Command),
    /// Look for everything that would make a run on a stack fail
    Doctor(doctor::Args),
    /// What an administrator of the AWS account needs: policies and roles
    #[command(subcommand)]
    Aws(aws::Command),
    /// Serve the embedded AWS endpoint in the foreground
    Endpoint(endpoint::Args),
    /// Show what is configured and what is running on this machine
    Status(status::Args),
    /// Explain a diagnostic code such as P0012
    Explain(explain::Args),
}

/// Parses the arguments; help, version and mistakes are printed here and come back as the exit code.
pub(crate) fn parse(arguments: Vec<OsString>, printer: Printer) -> Result<Command, ExitCode> {
    let arguments: Vec<_> = arguments.into_iter().map(hyphenate).collect();
    match CommandLine::try_parse_from(&arguments) {
        Ok(line) => Ok(line.command),
        Err(error) => {
            // Printing fails only when the terminal is gone, and then there is nobody to tell.
            let _ = error.print();
            if error.kind() == clap::error::ErrorKind::UnknownArgument {
                printer.talk(format_args!("\nthe flags here are: {}", known_flags(&arguments).join(", ")));
            }
            Err(if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS })
        }
    }
}

/// The flags of the command that was meant, those of settings included, which the help leaves out.
fn known_flags(arguments: &[OsString]) -> Vec<String> {
    let mut command = &CommandLine::command();
    for argument in arguments.iter().skip(1) {
        match command.find_subcommand(argument) {
            Some(next) => command = next,
            None => break,
        }
    }
    let flags = command.get_arguments().filter(|it| !it.is_hide_set() || it.get_help_heading().is_some());
    flags.filter_map(clap::Arg::get_long).map(|flag| format!("--{flag}")).collect()
}

/// Flags are accepted with `_` as with `-`, as the settings of the same names are spelled in Python.
fn hyphenate(argument: OsString) -> OsString {
    match argument.to_str() {
        Some(text) if text.starts_with("--") && text.len() > 2 => {
            let (name, value) = match text.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (text, None),
            };
            let name = name.replace('_', "-");
            value.map_or(name.clone(), |value| format!("{name}={value}")).into()
        }
        _ => argument,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn underscores_in_flags_are_hyphens_and_values_stay() {
        assert_eq!(hyphenate("--max_parallel=a_b".into()), "--max-parallel=a_b");
        assert_eq!(hyphenate("a_b".into()), "a_b");
        assert_eq!(hyphenate("--".into()), "--");
    }
}
