//! `sagewright artifact get`.

use std::path::PathBuf;
use std::process::ExitCode;

use super::ArtifactArgument;
use crate::artifacts;
use crate::failure::{Failure, Result};
use crate::printer::Printer;
use crate::stack::Stack;

/// Download an artifact's files.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) artifact: ArtifactArgument,
    /// The folder to put them into; ARTIFACT in the current folder by default. `-` writes a single file to stdout
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

pub(super) async fn run(args: Args, stack: &Stack, printer: Printer) -> Result<ExitCode> {
    let found = artifacts::find(stack, &args.artifact.run, &args.artifact.artifact).await?;
    let to_stdout = args.output.as_ref().is_some_and(|output| output.as_os_str() == "-");
    if to_stdout {
        let [file] = found.artifact.files.as_slice() else {
            return Err(Failure::input(format!(
                "the artifact has {} files, which cannot all go to stdout",
                found.artifact.files.len()
            ))
            .hint("name a folder with `--output`"));
        };
        let bytes = stack.store.get_bytes(&format!("{}/{}", found.artifact.key, file.path)).await?;
        printer.bytes(&bytes);
        return Ok(ExitCode::SUCCESS);
    }
    let folder =
        args.output.unwrap_or_else(|| PathBuf::from(format!("{}.{}", found.step, found.artifact.name)));
    if fs_err::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Failure::input(format!("the folder `{}` is not empty", folder.display()))
            .hint("name another one with `--output`"));
    }
    stack.store.download_folder(&found.artifact.key, &found.artifact.files, &folder).await?;
    printer.data(folder.display());
    Ok(ExitCode::SUCCESS)
}
