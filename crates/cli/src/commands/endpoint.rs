//! `sagewright endpoint`: the embedded endpoint in the foreground, for any AWS client.

use sagewright_local::engine::FaultPoint;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::attachment::Leave;
use crate::failure::{Failure, Result};
use crate::home::Home;
use crate::local_endpoint;
use crate::printer::Printer;

/// Serve the embedded AWS endpoint in the foreground.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Where state is kept; `endpoint` in the Sagewright home by default
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// How jobs run: as processes of this machine
    #[arg(long, value_name = "EXECUTOR", default_value = "process", value_parser = ["process"])]
    jobs: String,
    /// How many jobs may run at once; 0 means twice the number of cores
    #[arg(long, value_name = "N", default_value_t = 0)]
    parallel_jobs: usize,
    /// End when no execution is running any more and nobody uses the endpoint
    #[arg(long)]
    exit_when_idle: bool,
    /// Die right after this journal entry was written, to test recovery
    #[arg(long, value_name = "N", hide = true, conflicts_with = "crash_before_entry")]
    crash_after_entry: Option<u64>,
    /// Die right before this journal entry is written, to test recovery
    #[arg(long, value_name = "N", hide = true)]
    crash_before_entry: Option<u64>,
}

/// How often an endpoint that shall end when idle looks whether it is.
const IDLE_CHECK: Duration = Duration::from_millis(250);

pub(crate) async fn run(args: Args, printer: Printer) -> Result<ExitCode> {
    let home = Home::find()?;
    let mut options = local_endpoint::options(&home)?;
    if let Some(directory) = args.state_dir {
        options.state_dir = std::path::absolute(directory).map_err(Failure::input_error)?;
    }
    options.port = args.port;
    options.max_jobs = args.parallel_jobs;
    options.fault = match (args.crash_after_entry, args.crash_before_entry) {
        (Some(entry), _) => Some(FaultPoint::AfterEntry(entry)),
        (None, Some(entry)) => Some(FaultPoint::BeforeEntry(entry)),
        (None, None) => None,
    };
    // Listened for from before the line that says the endpoint is ready, so that no signal is missed after it.
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    let state_dir = options.state_dir.clone();
    let handle = sagewright_local::start(options).await.map_err(local_endpoint::failure)?;
    printer.data(serde_json::to_string(handle.connection()).expect("a connection has only text keys"));
    let mut leave = None;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        left = idle(&handle, &state_dir), if args.exit_when_idle => leave = Some(left?),
    }
    handle.shutdown().await;
    drop(leave);
    Ok(ExitCode::SUCCESS)
}

fn listen(kind: SignalKind) -> Result<Signal> {
    signal(kind).map_err(|error| Failure::fault(error).context("cannot listen for signals"))
}

/// Waits until there is nothing to serve and nobody to serve.
async fn idle(handle: &sagewright_local::Handle, state_dir: &Path) -> Result<Leave> {
    loop {
        if handle.is_idle()
            && let Some(leave) = Leave::ask(state_dir).map_err(Failure::fault)?
        {
            return Ok(leave);
        }
        tokio::time::sleep(IDLE_CHECK).await;
    }
}
