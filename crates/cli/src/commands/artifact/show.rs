//! `sagewright artifact show`.

use serde_json::Value;
use std::process::ExitCode;

use super::ArtifactArgument;
use crate::artifacts;
use crate::failure::Result;
use crate::printer::Printer;
use crate::stack::Stack;
use crate::table;

/// Show one artifact: type, size, files, preview.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) artifact: ArtifactArgument,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Args, stack: &Stack, printer: Printer) -> Result<ExitCode> {
    let found = artifacts::find(stack, &args.artifact.run, &args.artifact.artifact).await?;
    if args.json {
        printer.json(&found);
        return Ok(ExitCode::SUCCESS);
    }
    let artifact = &found.artifact;
    printer.data(format_args!("artifact  {}.{}", found.step, artifact.name));
    printer.data(format_args!("run       {}, attempt {}", found.run_id, found.attempt));
    printer.data(format_args!("type      {}", artifact.kind));
    if let Some(language_type) = &artifact.language_type {
        printer.data(format_args!("value     {language_type}"));
    }
    printer.data(format_args!("size      {}", table::size(artifact.size)));
    printer.data(format_args!("hash      {}", artifact.hash));
    printer.data(format_args!("where     {}", found.uri));
    if let Some(note) = &artifact.note {
        printer.data(format_args!("note      {note}"));
    }
    for file in &artifact.files {
        printer.data(format_args!("file      {} ({})", file.path, table::size(file.size)));
    }
    if let Some(preview) = preview(&artifact.preview) {
        printer.data(format_args!("\n{preview}"));
    }
    Ok(ExitCode::SUCCESS)
}

/// A preview as text; pictures have none.
fn preview(preview: &Value) -> Option<String> {
    match preview["kind"].as_str()? {
        "text" => Some(preview["text"].as_str()?.to_owned()),
        "json" => serde_json::to_string_pretty(&preview["value"]).ok(),
        "table" => Some(table_preview(preview)),
        "image" => Some(format!(
            "picture of {} x {} pixels in {}",
            preview["width"], preview["height"], preview["file"]
        )),
        _ => None,
    }
}

fn table_preview(preview: &Value) -> String {
    let cells = |row: &Value| -> Vec<String> {
        row.as_array()
            .into_iter()
            .flatten()
            .map(|cell| cell.as_str().map_or(cell.to_string(), str::to_owned))
            .collect()
    };
    let mut table = comfy_table::Table::new();
    table.load_preset(comfy_table::presets::NOTHING).set_header(cells(&preview["columns"]));
    for row in preview["rows"].as_array().into_iter().flatten() {
        table.add_row(cells(row));
    }
    format!("{table}\n{} rows, {} columns", preview["shape"][0], preview["shape"][1])
}
