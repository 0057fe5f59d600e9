//! The `sagewright` command: traces, compiles, submits and follows pipelines.
//!
//! `main` decides which command runs and turns its outcome into an exit code: 0 done, 1 the run failed,
//! 2 the user's input is wrong, 3 our or AWS's fault.

mod artifacts;
mod attachment;
mod catalog;
mod command_line;
mod commands;
mod compile;
mod environment;
mod failure;
mod field_flags;
mod home;
mod intent;
mod local_endpoint;
mod printer;
mod progress;
mod questions;
mod records;
mod report;
mod run_lookup;
mod stack;
mod submit;
mod table;
mod trace;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    // The job host makes a mount namespace for itself, which only a process of one thread can do.
    if arguments.get(1).is_some_and(|name| name == "job-host") {
        return sagewright_local::host::main(arguments.into_iter().skip(2));
    }
    let printer = printer::Printer::new();
    match command_line::parse(arguments, printer) {
        Ok(command) => match run(command, printer) {
            Ok(code) => code,
            Err(failure) => failure.report(printer),
        },
        Err(code) => code,
    }
}

fn run(command: command_line::Command, printer: printer::Printer) -> failure::Result<ExitCode> {
    environment::start_tracing();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| failure::Failure::fault(error).context("cannot start the async runtime"))?;
    let outcome = runtime.block_on(commands::run(command, printer));
    // A blocking read of a file that was left over must not hold the exit back.
    runtime.shutdown_background();
    outcome
}
