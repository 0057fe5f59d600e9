//! The commands on components; those of all kinds are the same code.

mod connect;
pub(super) mod delete;
pub(super) mod describe;
pub(super) mod flavor;
pub(super) mod list;
pub(super) mod register;
pub(super) mod remove_attribute;
pub(super) mod rename;
pub(super) mod update;

use sagewright_store::components::Kind;
use std::process::ExitCode;

use crate::failure::Result;
use crate::field_flags::OfKind;
use crate::printer::Printer;
use crate::records;

/// Orchestrators, as a type.
#[derive(Debug, Clone)]
pub(crate) struct Orchestrator;

/// Artifact stores, as a type.
#[derive(Debug, Clone)]
pub(crate) struct ArtifactStore;

/// Container registries, as a type.
#[derive(Debug, Clone)]
pub(crate) struct ContainerRegistry;

/// Image builders, as a type.
#[derive(Debug, Clone)]
pub(crate) struct ImageBuilder;

impl OfKind for Orchestrator {
    const KIND: Kind = Kind::Orchestrator;
}

impl OfKind for ArtifactStore {
    const KIND: Kind = Kind::ArtifactStore;
}

impl OfKind for ContainerRegistry {
    const KIND: Kind = Kind::ContainerRegistry;
}

impl OfKind for ImageBuilder {
    const KIND: Kind = Kind::ImageBuilder;
}

/// What can be done with components of a kind.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command<K: OfKind> {
    /// Register a new one
    Register(register::Args<K>),
    /// List all
    List(list::Args),
    /// Show one with its configuration
    Describe(describe::Args),
    /// Change values of its configuration
    Update(update::Args<K>),
    /// Remove values of its configuration
    RemoveAttribute(remove_attribute::Args),
    /// Give it another name
    Rename(rename::Args),
    /// Delete one that nothing uses
    Delete(delete::Args),
    /// Take credentials from a service connector
    Connect(connect::Args),
    /// Take credentials from the service connector no longer
    Disconnect(connect::DisconnectArgs),
    /// List and describe flavors
    #[command(subcommand)]
    Flavor(flavor::Command),
}

pub(crate) async fn run<K: OfKind>(command: Command<K>, printer: Printer) -> Result<ExitCode> {
    if let Command::Flavor(command) = command {
        return flavor::run(command, K::KIND, printer);
    }
    let records = records::open().await?;
    match command {
        Command::Register(args) => register::run(args, &records, printer).await?,
        Command::List(args) => list::run(&args, K::KIND, &records, printer).await?,
        Command::Describe(args) => describe::run(args, K::KIND, &records, printer).await?,
        Command::Update(args) => update::run(args, &records, printer).await?,
        Command::RemoveAttribute(args) => remove_attribute::run(args, K::KIND, &records, printer).await?,
        Command::Rename(args) => rename::run(&args, K::KIND, &records, printer).await?,
        Command::Delete(args) => delete::run(&args, K::KIND, &records, printer).await?,
        Command::Connect(args) => connect::run(args, K::KIND, &records, printer).await?,
        Command::Disconnect(args) => connect::disconnect(args, K::KIND, &records, printer).await?,
        Command::Flavor(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}
