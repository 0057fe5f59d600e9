//! Data that comes from S3 and goes to S3 beside the artifacts.

use sagewright_spec::{InputMode, Locations, OutputMode, Settings};
use serde::Serialize;

use super::JobKind;

/// Channel of data that has no channels.
const ONLY_CHANNEL: &str = "data";
/// Where a job finds its data.
const INPUT_PATH: &str = "/opt/ml/processing/input/data";
/// Where a job leaves its data.
const OUTPUT_PATH: &str = "/opt/ml/processing/output/data";

/// Data that is brought to a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedInput {
    /// Name of the channel; `data` when the user named none.
    pub channel: String,
    /// Where the data lies in S3.
    pub uri: String,
    /// How it reaches the job.
    pub mode: InputMode,
    /// Where the job finds it. SageMaker puts a training job's elsewhere; the supervisor links it.
    pub path: String,
}

/// Data that is taken from a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedOutput {
    /// The user's own name of the channel, if there are channels.
    pub channel: Option<String>,
    /// Name of the output in SageMaker.
    pub name: String,
    /// Where the data goes in S3.
    pub uri: String,
    /// When it goes there.
    pub mode: OutputMode,
    /// Where the job leaves it.
    pub path: String,
}

/// Returns the job's inputs; data without channels becomes the channel `data`.
pub(super) fn inputs(settings: &Settings) -> Vec<PlannedInput> {
    let mode = settings.input_data_s3_mode.unwrap_or(InputMode::File);
    locations(settings.input_data_s3_uri.as_ref())
        .map(|(channel, uri)| PlannedInput {
            channel: channel.unwrap_or(ONLY_CHANNEL).to_owned(),
            uri: uri.to_owned(),
            mode,
            path: path(INPUT_PATH, channel),
        })
        .collect()
}

/// Returns the job's outputs.
pub(super) fn outputs(settings: &Settings) -> Vec<PlannedOutput> {
    let mode = settings.output_data_s3_mode.unwrap_or(OutputMode::EndOfJob);
    locations(settings.output_data_s3_uri.as_ref())
        .map(|(channel, uri)| PlannedOutput {
            channel: channel.map(str::to_owned),
            name: channel.unwrap_or(ONLY_CHANNEL).to_owned(),
            uri: uri.to_owned(),
            mode,
            path: path(OUTPUT_PATH, channel),
        })
        .collect()
}

/// Returns the arguments of the container: the step, and for a training job where its input data is and what its
/// supervisor is to upload, because SageMaker has no such paths and outputs there.
pub(super) fn arguments(
    step: &str,
    kind: JobKind,
    settings: &Settings,
    outputs: &[PlannedOutput],
) -> Vec<String> {
    let mut arguments = vec!["--step".to_owned(), step.to_owned()];
    if kind == JobKind::Processing {
        return arguments;
    }
    // One URI and a map of one channel of that name look alike in the job; only the settings tell them apart.
    let channel = match &settings.input_data_s3_uri {
        Some(Locations::One(_)) => Some(ONLY_CHANNEL),
        Some(Locations::Channels(_)) => Some(""),
        None => None,
    };
    arguments.extend(channel.into_iter().flat_map(|channel| ["--input-data".to_owned(), channel.to_owned()]));
    for output in outputs {
        let channel = output.channel.clone().unwrap_or_default();
        let mode = output.mode.as_str().to_owned();
        arguments.extend(["--output-data".to_owned(), mode, channel, output.uri.clone()]);
    }
    arguments
}

fn locations(locations: Option<&Locations>) -> impl Iterator<Item = (Option<&str>, &str)> {
    locations.into_iter().flat_map(Locations::iter)
}

fn path(root: &str, channel: Option<&str>) -> String {
    channel.map_or_else(|| root.to_owned(), |channel| format!("{root}/{channel}"))
}
