//! `sagewright status`: what is configured and what is running on this machine.

use serde::Serialize;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::failure::Result;
use crate::home::Home;
use crate::local_endpoint;
use crate::printer::Printer;
use crate::stack::{LOCAL, Stack};
use sagewright_store::components::Kind;
use sagewright_store::records::{self, Records};

/// Show what is configured and what is running on this machine.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Status {
    version: &'static str,
    home: PathBuf,
    stack: String,
    orchestrator: String,
    artifact_store: String,
    endpoint: Option<Endpoint>,
    runs: usize,
    executing: usize,
}

#[derive(Debug, Serialize)]
struct Endpoint {
    endpoint_url: String,
    pid: u32,
}

/// How many of the newest executions are counted.
const COUNTED: usize = 1000;

pub(crate) async fn run(args: Args, printer: Printer) -> Result<ExitCode> {
    let home = Home::find()?;
    let endpoint = local_endpoint::running(&home)
        .await?
        .map(|connection| Endpoint { endpoint_url: connection.endpoint_url, pid: connection.pid });
    let runs = if home.endpoint().exists() {
        let stack = Stack::open(Some(LOCAL), &home).await?;
        let runs = stack.client.list_runs(None, COUNTED).await?;
        stack.close(printer).await?;
        runs
    } else {
        Vec::new()
    };
    let active = records::active_stack(home.path()).await?;
    let (orchestrator, artifact_store) = parts(&home, &active).await?;
    let status = Status {
        version: env!("CARGO_PKG_VERSION"),
        home: home.path().to_path_buf(),
        stack: active,
        orchestrator,
        artifact_store,
        endpoint,
        runs: runs.len(),
        executing: runs.iter().filter(|run| !run.state.is_final()).count(),
    };
    if args.json {
        printer.json(&status);
        return Ok(ExitCode::SUCCESS);
    }
    printer.data(format_args!("version   {}", status.version));
    printer.data(format_args!("home      {}", status.home.display()));
    printer.data(format_args!(
        "stack     {} (orchestrator {}, artifact store {})",
        status.stack, status.orchestrator, status.artifact_store
    ));
    match &status.endpoint {
        Some(endpoint) => {
            printer.data(format_args!("endpoint  {} (process {})", endpoint.endpoint_url, endpoint.pid));
        }
        None => printer.data("endpoint  not running; a run starts it"),
    }
    printer.data(format_args!("runs      {} on this machine ({} executing)", status.runs, status.executing));
    Ok(ExitCode::SUCCESS)
}

/// The flavors that the active stack is made of, in a few words. Asks nobody outside this machine.
async fn parts(home: &Home, active: &str) -> Result<(String, String)> {
    if active == LOCAL {
        return Ok((LOCAL.to_owned(), LOCAL.to_owned()));
    }
    let records = Records::open(home.path(), jiff::Timestamp::now()).await?;
    let stack = records.stack(active).await?;
    let name = |kind| stack.components.get(&kind).cloned().unwrap_or_default();
    Ok((name(Kind::Orchestrator), name(Kind::ArtifactStore)))
}
