//! `sagewright explain`: the page of a diagnostic code.

use sagewright_spec::Code;
use std::process::ExitCode;

use crate::failure::{Failure, Result};
use crate::printer::Printer;
use crate::table;

/// Explain a diagnostic code such as P0012.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The code; without one, all codes are listed
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

pub(crate) fn run(args: &Args, printer: Printer) -> Result<ExitCode> {
    let Some(wanted) = &args.code else {
        let rows = Code::all().iter().map(|code| [code.to_string(), title(code.page()).to_owned()]);
        printer.data(table::render(["CODE", "MEANING"], rows));
        return Ok(ExitCode::SUCCESS);
    };
    let code =
        Code::all().iter().find(|code| code.to_string().eq_ignore_ascii_case(wanted)).ok_or_else(|| {
            Failure::input(format!("there is no diagnostic code `{wanted}`"))
                .hint("`sagewright explain` without a code lists them")
        })?;
    printer.data(code.page().trim_end());
    Ok(ExitCode::SUCCESS)
}

/// The page's heading, without the code that it begins with.
fn title(page: &str) -> &str {
    let heading = page.lines().next().unwrap_or_default().trim_start_matches(['#', ' ']);
    heading.split_once(": ").map_or(heading, |(_, title)| title)
}
