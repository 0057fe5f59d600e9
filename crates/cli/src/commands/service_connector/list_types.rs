//! `sagewright service-connector list-types`.

use sagewright_store::components::Kind;

use crate::catalog::catalog;
use crate::commands::component::flavor;
use crate::printer::Printer;

/// List the types there are and their ways to authenticate.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print as JSON, with the fields of every way
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, printer: Printer) {
    if args.json {
        flavor::list(Kind::ServiceConnector, true, printer);
        return;
    }
    for (index, method) in catalog().of(Kind::ServiceConnector).enumerate() {
        if index > 0 {
            printer.data("");
        }
        printer.data(format_args!("--type aws --auth-method {}", method.name));
        flavor::describe(method, printer);
    }
}
