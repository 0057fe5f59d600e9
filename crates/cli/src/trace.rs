//! `trace`: from a Python file, module or spec file to a pipeline and its code.

use sagewright_spec::Pipeline;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::environment::{self, SAGEWRIGHT_PYTHON};
use crate::failure::{Failure, Result};

/// The version of the trace document that this command reads.
const VERSION: u64 = 1;
/// The type of the errors that a front makes itself, such as a file that is not there.
const FRONT_ERROR: &str = "PipelineError";

/// A pipeline as its author's language described it, and where its code is.
#[derive(Debug)]
pub(crate) struct Trace {
    /// The pipeline as data.
    pub(crate) pipeline: Pipeline,
    /// The code that the steps run; a bare spec has none.
    pub(crate) code: Option<Code>,
    /// The folder whose programs the steps' commands mean on this machine, such as a virtual environment's `bin`.
    pub(crate) command_path: Option<String>,
}

/// The code of a pipeline on this machine.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Code {
    /// The folder that is packed.
    pub(crate) root: PathBuf,
    /// Files that exist only in memory, such as captured notebook cells: name and text.
    #[serde(default)]
    pub(crate) generated: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u64,
    pipeline: Option<serde_json::Value>,
    code: Option<Code>,
    #[serde(default)]
    environment: DocumentEnvironment,
    error: Option<DocumentError>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentEnvironment {
    command_path: Option<String>,
}

#[derive(Debug, Deserialize)]
struct DocumentError {
    #[serde(rename = "type")]
    kind: String,
    message: String,
    file: Option<String>,
    line: Option<u64>,
    hint: Option<String>,
}

/// Traces `target`: `run.py`, `run.py:pipeline`, `package.module:pipeline`, or a spec in JSON.
pub(crate) async fn trace(target: &str) -> Result<Trace> {
    if Path::new(target).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        return read_spec(Path::new(target));
    }
    let folder = tempfile::tempdir()
        .map_err(|error| Failure::fault(error).context("cannot make a temporary folder for the trace"))?;
    let output = folder.path().join("trace.json");
    let python = find_python();
    let status = tokio::process::Command::new(&python)
        .args(["-m", "sagewright.trace", target, "--output"])
        .arg(&output)
        .stdin(Stdio::null())
        // What a module prints while it is imported is talk; stdout is for our data.
        .stdout(Stdio::from(std::io::stderr()))
        .kill_on_drop(true)
        .status()
        .await
        .map_err(|error| {
            Failure::input_error(error)
                .context(format!("cannot start Python as `{}`", python.display()))
                .hint(format!("activate the pipeline's virtual environment, or set {SAGEWRIGHT_PYTHON}"))
        })?;
    if !output.exists() {
        return Err(Failure::input(format!(
            "`{} -m sagewright.trace {target}` ended with {status} and left no trace",
            python.display()
        ))
        .hint(format!("`{} -m pip install sagewright` installs the Python package", python.display())));
    }
    read_document(&output)
}

/// Reads the document that a front such as the Python package left.
pub(crate) fn read_document(path: &Path) -> Result<Trace> {
    let text = read_text(path)?;
    let document: Document = serde_json::from_str(&text).map_err(|error| {
        Failure::input_error(error)
            .context(format!("`{}` is no trace document", path.display()))
            .hint("the Python package and the command must have the same version")
    })?;
    if document.version != VERSION {
        return Err(Failure::input(format!(
            "the trace document has version {}, this command reads version {VERSION}",
            document.version
        ))
        .hint("the Python package and the command must have the same version"));
    }
    if let Some(error) = document.error {
        return Err(front_error(error));
    }
    let pipeline = document.pipeline.ok_or_else(|| Failure::input("the trace document holds no pipeline"))?;
    Ok(Trace {
        pipeline: sagewright_spec::parse(&pipeline.to_string()).map_err(Failure::diagnostics)?,
        code: document.code,
        command_path: document.environment.command_path,
    })
}

fn read_spec(path: &Path) -> Result<Trace> {
    let pipeline = sagewright_spec::parse(&read_text(path)?).map_err(|problems| {
        Failure::diagnostics(problems).context(format!("`{}` is no pipeline that can be run", path.display()))
    })?;
    Ok(Trace { pipeline, code: None, command_path: None })
}

fn read_text(path: &Path) -> Result<String> {
    fs_err::read_to_string(path).map_err(Failure::input_error)
}

fn front_error(error: DocumentError) -> Failure {
    let place = match (&error.file, error.line) {
        (Some(file), Some(line)) => format!(" ({file}:{line})"),
        (Some(file), None) => format!(" ({file})"),
        _ => String::new(),
    };
    // The front's own errors speak for themselves; an exception of the user's code is named by its type.
    let kind = if error.kind == FRONT_ERROR { String::new() } else { format!("{}: ", error.kind) };
    let failure = Failure::input(format!("{kind}{}{place}", error.message));
    match error.hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

/// The Python beside this command is the one whose environment it was installed into.
fn find_python() -> OsString {
    if let Some(python) = environment::read(SAGEWRIGHT_PYTHON) {
        return python;
    }
    let environment = environment::read("VIRTUAL_ENV").map(|path| PathBuf::from(path).join("bin/python3"));
    let beside = std::env::current_exe().ok().map(|command| command.with_file_name("python3"));
    [environment, beside]
        .into_iter()
        .flatten()
        .find(|python| python.exists())
        .map_or_else(|| "python3".into(), PathBuf::into_os_string)
}
