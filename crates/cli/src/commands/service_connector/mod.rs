//! `sagewright service-connector`: ways to authenticate that several components share.

mod list_resources;
mod list_types;
mod register;
mod verify;

use sagewright_store::components::Kind;
use std::process::ExitCode;

use crate::commands::component::{delete, describe, list, remove_attribute, rename, update};
use crate::failure::Result;
use crate::field_flags::OfKind;
use crate::printer::Printer;
use crate::records;

/// Service connectors, as a type.
#[derive(Debug, Clone)]
pub(crate) struct ServiceConnector;

impl OfKind for ServiceConnector {
    const KIND: Kind = Kind::ServiceConnector;
}

/// What can be done with service connectors.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Register a new one
    Register(register::Args),
    /// List all
    List(list::Args),
    /// Show one with its configuration
    Describe(describe::Args),
    /// Change values of its configuration
    Update(update::Args<ServiceConnector>),
    /// Remove values of its configuration
    RemoveAttribute(remove_attribute::Args),
    /// Give it another name
    Rename(rename::Args),
    /// Delete one that nothing uses
    Delete(delete::Args),
    /// Ask AWS whether it takes the credentials
    Verify(verify::Args),
    /// List what its credentials reach
    ListResources(list_resources::Args),
    /// List the types there are and their ways to authenticate
    ListTypes(list_types::Args),
}

pub(crate) async fn run(command: Command, printer: Printer) -> Result<ExitCode> {
    if let Command::ListTypes(args) = command {
        list_types::run(&args, printer);
        return Ok(ExitCode::SUCCESS);
    }
    let kind = Kind::ServiceConnector;
    let records = records::open().await?;
    match command {
        Command::Register(args) => register::run(args, &records, printer).await?,
        Command::List(args) => list::run(&args, kind, &records, printer).await?,
        Command::Describe(args) => describe::run(args, kind, &records, printer).await?,
        Command::Update(args) => update::run(args, &records, printer).await?,
        Command::RemoveAttribute(args) => remove_attribute::run(args, kind, &records, printer).await?,
        Command::Rename(args) => rename::run(&args, kind, &records, printer).await?,
        Command::Delete(args) => delete::run(&args, kind, &records, printer).await?,
        Command::Verify(args) => verify::run(&args, &records, printer).await?,
        Command::ListResources(args) => list_resources::run(&args, &records, printer).await?,
        Command::ListTypes(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}
