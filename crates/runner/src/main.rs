//! `sagewright-step`: the supervisor inside every job, and the container's entrypoint.
//!
//! It fetches the spec, the code and the inputs, starts the step's command as a child, streams what it
//! prints, forwards signals, stores the outputs, and writes the record of the attempt. It outlives
//! whatever the user's code does and names the cause. It speaks to the child by files (the worker
//! protocol, `docs/reference/worker-protocol.md`), and knows no programming language.

mod args;
mod attempt;
mod clock;
mod code;
mod environment;
mod error;
mod failure;
mod inputs;
mod ml;
mod oom;
mod output_data;
mod outputs;
mod prepare;
mod protocol;
mod record;
mod signals;
mod worker;

use std::process::ExitCode;

use crate::args::Invocation;

fn main() -> ExitCode {
    let invocation = match args::parse(std::env::args_os().skip(1)) {
        Ok(invocation) => invocation,
        Err(problem) => {
            failure::say(&problem);
            failure::say(args::USAGE);
            return ExitCode::from(failure::WRONG_USE);
        }
    };
    match invocation {
        Invocation::Version => {
            failure::say(concat!("sagewright-step ", env!("CARGO_PKG_VERSION")));
            ExitCode::SUCCESS
        }
        Invocation::Exec(exec) => worker::exec(&exec),
        Invocation::Step(args) => {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                // Files and names are looked up off the main thread; more threads than this only cost memory.
                .max_blocking_threads(8)
                .build();
            match runtime {
                Ok(runtime) => {
                    let code = runtime.block_on(attempt::run(args));
                    // A blocked thread, such as one that waits for a name server, must not hold up the end.
                    runtime.shutdown_background();
                    ExitCode::from(code)
                }
                Err(error) => {
                    failure::say(&format!("the supervisor cannot start: {error}"));
                    ExitCode::from(failure::SETUP)
                }
            }
        }
    }
}
