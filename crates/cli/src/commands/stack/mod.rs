//! `sagewright stack`: named sets of components, one of which is active.

mod copy;
mod delete;
mod describe;
mod document;
mod export;
mod get;
mod import;
mod list;
mod parts;
mod register;
mod rename;
mod set;
mod update;

use std::process::ExitCode;

use crate::failure::Result;
use crate::printer::Printer;
use crate::records;

/// What can be done with stacks.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Register a new one
    Register(register::Args),
    /// List all
    List(list::Args),
    /// Show one with its components
    Describe(describe::Args),
    /// Print the name of the active one
    Get(get::Args),
    /// Make one the active one
    Set(set::Args),
    /// Replace components of one
    Update(update::Args),
    /// Register a new one with the components of another
    Copy(copy::Args),
    /// Give it another name
    Rename(rename::Args),
    /// Delete one that is not active
    Delete(delete::Args),
    /// Write one with its components as YAML, without secrets
    Export(export::Args),
    /// Register one from YAML
    Import(import::Args),
}

pub(crate) async fn run(command: Command, printer: Printer) -> Result<ExitCode> {
    let records = records::open().await?;
    match command {
        Command::Register(args) => register::run(args, &records, printer).await?,
        Command::List(args) => list::run(&args, &records, printer).await?,
        Command::Describe(args) => describe::run(args, &records, printer).await?,
        Command::Get(args) => get::run(&args, &records, printer).await?,
        Command::Set(args) => set::run(&args, &records, printer).await?,
        Command::Update(args) => update::run(args, &records, printer).await?,
        Command::Copy(args) => copy::run(&args, &records, printer).await?,
        Command::Rename(args) => rename::run(&args, &records, printer).await?,
        Command::Delete(args) => delete::run(&args, &records, printer).await?,
        Command::Export(args) => export::run(args, &records, printer).await?,
        Command::Import(args) => import::run(args, &records, printer).await?,
    }
    Ok(ExitCode::SUCCESS)
}
