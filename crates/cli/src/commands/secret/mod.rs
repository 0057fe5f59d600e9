//! `sagewright secret`: encrypted values that components refer to as `{{name.key}}`.

mod create;
mod delete;
mod get;
mod list;
mod update;
mod values;

use std::process::ExitCode;

use crate::failure::Result;
use crate::printer::Printer;
use crate::records;

/// What can be done with secrets.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Make a new one
    Create(create::Args),
    /// List all, without their values
    List(list::Args),
    /// Show the keys of one; its values only when asked for
    Get(get::Args),
    /// Set or remove values
    Update(update::Args),
    /// Delete one that nothing refers to
    Delete(delete::Args),
}

pub(crate) async fn run(command: Command, printer: Printer) -> Result<ExitCode> {
    let records = records::open().await?;
    match command {
        Command::Create(args) => create::run(args, &records, printer).await?,
        Command::List(args) => list::run(&args, &records, printer).await?,
        Command::Get(args) => get::run(&args, &records, printer).await?,
        Command::Update(args) => update::run(args, &records, printer).await?,
        Command::Delete(args) => delete::run(&args, &records, printer).await?,
    }
    Ok(ExitCode::SUCCESS)
}
