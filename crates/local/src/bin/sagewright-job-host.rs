//! The job host as a program of its own, for tests of this crate; the command line has it as `job-host`.

use std::process::ExitCode;

fn main() -> ExitCode {
    sagewright_local::host::main(std::env::args_os().skip(1))
}
