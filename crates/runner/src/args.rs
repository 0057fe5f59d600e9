//! What the container's arguments say.

use std::ffi::OsString;
use std::path::PathBuf;

pub(crate) const USAGE: &str =
    "usage: sagewright-step --step NAME [--input-data CHANNEL] [--output-data MODE CHANNEL URI]…";

/// What the program was started for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Invocation {
    /// Run a step.
    Step(Args),
    /// Become the worker: what this program does between fork and exec, see [`crate::worker`].
    Exec(Exec),
    /// Print the version.
    Version,
}

/// The arguments of a job.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Args {
    /// The user's name of the step.
    pub(crate) step: String,
    /// The channel of a training job that stands for all of the input data; empty when there is a folder for each
    /// channel. Absent when the job's settings promise no input data.
    pub(crate) input_data: Option<String>,
    /// Where files below `/opt/ml/processing/output/data` go.
    pub(crate) output_data: Vec<OutputData>,
}

/// A folder of output data and where it goes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OutputData {
    /// Whether files are uploaded while the step runs, too.
    pub(crate) continuous: bool,
    /// Name of the folder below the output data; empty for all of it.
    pub(crate) channel: String,
    /// Address that the files are put under.
    pub(crate) uri: String,
}

/// The command of the worker, as the supervisor hands it to its own second self.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Exec {
    /// The supervisor's process id.
    pub(crate) parent: u32,
    /// Where to say that the command could not be started.
    pub(crate) error: PathBuf,
    /// The program, already found.
    pub(crate) program: PathBuf,
    /// Its arguments.
    pub(crate) args: Vec<OsString>,
}

pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Invocation, String> {
    let mut args = args.into_iter();
    let mut step = None;
    let mut input_data = None;
    let mut output_data = Vec::new();
    while let Some(arg) = args.next() {
        match arg.to_str() {
            Some("--step") => step = Some(text(&mut args, "--step")?),
            Some("--input-data") => input_data = Some(channel(&mut args, "--input-data")?),
            Some("--output-data") => {
                let continuous = match text(&mut args, "--output-data")?.as_str() {
                    "EndOfJob" => false,
                    "Continuous" => true,
                    other => return Err(format!("`{other}` is not a mode of output data")),
                };
                let channel = channel(&mut args, "--output-data")?;
                let uri = text(&mut args, "--output-data")?;
                output_data.push(OutputData { continuous, channel, uri });
            }
            Some("--exec") => return exec(&mut args).map(Invocation::Exec),
            Some("--version") => return Ok(Invocation::Version),
            _ => return Err(format!("`{}` is not an argument of this program", arg.display())),
        }
    }
    let step = step.ok_or("`--step` is missing")?;
    Ok(Invocation::Step(Args { step, input_data, output_data }))
}

fn exec(args: &mut impl Iterator<Item = OsString>) -> Result<Exec, String> {
    let parent = text(args, "--exec")?.parse().map_err(|_| "`--exec` needs a process id")?;
    let mut path = || args.next().map(PathBuf::from).ok_or("`--exec` needs a command");
    Ok(Exec { parent, error: path()?, program: path()?, args: args.collect() })
}

/// Reads the name of a channel, which may be empty and must be no path.
fn channel(args: &mut impl Iterator<Item = OsString>, option: &str) -> Result<String, String> {
    let channel = text(args, option)?;
    if channel.contains('/') || channel == ".." || channel == "." {
        return Err(format!("`{channel}` is not a name of a channel"));
    }
    Ok(channel)
}

fn text(args: &mut impl Iterator<Item = OsString>, option: &str) -> Result<String, String> {
    let value = args.next().ok_or_else(|| format!("`{option}` needs more values"))?;
    value.into_string().map_err(|value| format!("`{}` is not valid UTF-8", value.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &[&str]) -> Result<Invocation, String> {
        parse(args.iter().map(OsString::from))
    }

    #[test]
    fn output_data_may_be_repeated() {
        let found = read(&[
            "--step",
            "train",
            "--output-data",
            "EndOfJob",
            "",
            "s3://b/p",
            "--output-data",
            "Continuous",
            "logs",
            "s3://b/l",
        ]);
        let Ok(Invocation::Step(args)) = found else { panic!("{found:?}") };
        assert_eq!((args.step.as_str(), args.input_data), ("train", None));
        let data: Vec<_> =
            args.output_data.iter().map(|d| (d.continuous, d.channel.as_str(), d.uri.as_str())).collect();
        assert_eq!(data, [(false, "", "s3://b/p"), (true, "logs", "s3://b/l")]);
    }

    #[test]
    fn wrong_arguments_are_named() {
        for (args, expected) in [
            (&[][..], "`--step` is missing"),
            (&["train"], "`train` is not an argument of this program"),
            (&["--step"], "`--step` needs more values"),
            (&["--step", "a", "--input-data", ".."], "`..` is not a name of a channel"),
            (&["--step", "a", "--output-data", "Now", "", "s3://b"], "`Now` is not a mode of output data"),
            (
                &["--step", "a", "--output-data", "EndOfJob", "../x", "s3://b"],
                "`../x` is not a name of a channel",
            ),
        ] {
            assert_eq!(read(args).unwrap_err(), expected);
        }
    }
}
