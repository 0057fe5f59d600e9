//! What was typed: the commands and their arguments. Deciding what it means happens in `commands`.

use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;

use crate::commands::{artifact, endpoint, explain, plan, run, runs, status};

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
    /// Serve the embedded AWS endpoint in the foreground
    Endpoint(endpoint::Args),
    /// Show what is configured and what is running on this machine
    Status(status::Args),
    /// Explain a diagnostic code such as P0012
    Explain(explain::Args),
}

/// Parses the arguments; help, version and mistakes are printed here and come back as the exit code.
pub(crate) fn parse(arguments: Vec<OsString>) -> Result<Command, ExitCode> {
    match CommandLine::try_parse_from(arguments.into_iter().map(hyphenate)) {
        Ok(line) => Ok(line.command),
        Err(error) => {
            // Printing fails only when the terminal is gone, and then there is nobody to tell.
            let _ = error.print();
            Err(if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS })
        }
    }
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
    use clap::CommandFactory;

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
