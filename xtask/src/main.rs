//! Development chores that are not part of the product: `cargo run -p xtask -- links`.

mod links;

use std::process::ExitCode;

fn main() -> anyhow::Result<ExitCode> {
    let name = std::env::args().nth(1);
    match name.as_deref() {
        Some("links") => links::check(),
        _ => anyhow::bail!("usage: xtask links"),
    }
}
