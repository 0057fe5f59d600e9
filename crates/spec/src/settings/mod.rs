//! Settings: how a step's job runs.
//!
//! The same settings exist on three levels, component, pipeline and step; [`Settings::merge`] lays a later
//! level over an earlier one. Names are the user-facing ones of the SageMaker orchestrator.

mod keep_alive;
mod locations;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use keep_alive::KeepAlive;
pub use locations::Locations;

/// How a job runs. Everything is optional: what is absent is decided by an earlier level or by a default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Instance type such as `ml.m5.xlarge`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_type: Option<String>,
    /// Size of the job's volume in gigabytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_size_in_gb: Option<i64>,
    /// Longest time the job may run, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_runtime_in_seconds: Option<i64>,
    /// How long the instance is kept warm afterwards, in seconds; null turns it off. Training jobs only.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "keep_alive::present")]
    #[schemars(with = "Option<i64>")]
    pub keep_alive_period_in_seconds: Option<KeepAlive>,
    /// Whether the step becomes a training job (true) or a processing job (false); absent means automatic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_training_step: Option<bool>,
    /// Environment variables of the job.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
    /// Tags of the job.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Tags of the pipeline.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub pipeline_tags: BTreeMap<String, String>,
    /// ARN of the role that the job runs as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_role: Option<String>,
    /// Whether the command waits for the run to end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub synchronous: Option<bool>,
    /// How input data reaches the job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_data_s3_mode: Option<InputMode>,
    /// Input data in S3: one URI, or one for each channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_data_s3_uri: Option<Locations>,
    /// When output data leaves the job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_data_s3_mode: Option<OutputMode>,
    /// Where output data goes in S3: one URI, or one for each channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_data_s3_uri: Option<Locations>,
    /// Most steps of one run that may run at the same time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_parallel_steps: Option<i64>,
}

/// How input data reaches a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum InputMode {
    /// Copied to the job's volume before it starts.
    File,
    /// Streamed through a pipe while the job runs.
    Pipe,
}

/// When output data leaves a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OutputMode {
    /// When the job has ended.
    EndOfJob,
    /// While the job runs.
    Continuous,
}

impl InputMode {
    /// Returns the name that SageMaker gives this mode.
    pub fn as_str(self) -> &'static str {
        match self {
            InputMode::File => "File",
            InputMode::Pipe => "Pipe",
        }
    }
}

impl OutputMode {
    /// Returns the name that SageMaker gives this mode.
    pub fn as_str(self) -> &'static str {
        match self {
            OutputMode::EndOfJob => "EndOfJob",
            OutputMode::Continuous => "Continuous",
        }
    }
}

impl Settings {
    /// Says whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Settings::default()
    }

    /// Lays `later` over these settings: what `later` sets wins, and maps are merged by key.
    #[must_use]
    pub fn merge(&self, later: &Settings) -> Settings {
        // Every field is named, so a new setting that is not merged does not compile.
        let Settings {
            instance_type,
            volume_size_in_gb,
            max_runtime_in_seconds,
            keep_alive_period_in_seconds,
            use_training_step,
            environment,
            tags,
            pipeline_tags,
            execution_role,
            synchronous,
            input_data_s3_mode,
            input_data_s3_uri,
            output_data_s3_mode,
            output_data_s3_uri,
            max_parallel_steps,
        } = later;
        Settings {
            instance_type: instance_type.clone().or_else(|| self.instance_type.clone()),
            volume_size_in_gb: volume_size_in_gb.or(self.volume_size_in_gb),
            max_runtime_in_seconds: max_runtime_in_seconds.or(self.max_runtime_in_seconds),
            keep_alive_period_in_seconds: keep_alive_period_in_seconds.or(self.keep_alive_period_in_seconds),
            use_training_step: use_training_step.or(self.use_training_step),
            environment: merge_maps(&self.environment, environment),
            tags: merge_maps(&self.tags, tags),
            pipeline_tags: merge_maps(&self.pipeline_tags, pipeline_tags),
            execution_role: execution_role.clone().or_else(|| self.execution_role.clone()),
            synchronous: synchronous.or(self.synchronous),
            input_data_s3_mode: input_data_s3_mode.or(self.input_data_s3_mode),
            input_data_s3_uri: Locations::merge(self.input_data_s3_uri.as_ref(), input_data_s3_uri.as_ref()),
            output_data_s3_mode: output_data_s3_mode.or(self.output_data_s3_mode),
            output_data_s3_uri: Locations::merge(
                self.output_data_s3_uri.as_ref(),
                output_data_s3_uri.as_ref(),
            ),
            max_parallel_steps: max_parallel_steps.or(self.max_parallel_steps),
        }
    }
}

fn merge_maps(
    earlier: &BTreeMap<String, String>,
    later: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let mut merged = earlier.clone();
    merged.extend(later.iter().map(|(key, value)| (key.clone(), value.clone())));
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Settings {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_later_level_wins_and_maps_merge_by_key() {
        let pipeline = read(
            r#"{"instance_type": "ml.m5.large", "volume_size_in_gb": 50, "environment": {"A": "1", "B": "1"},
                "input_data_s3_uri": {"train": "s3://one/train", "test": "s3://one/test"}}"#,
        );
        let step = read(
            r#"{"instance_type": "ml.c5.xlarge", "environment": {"B": "2"},
                "input_data_s3_uri": {"test": "s3://two/test"}}"#,
        );
        let expected = read(
            r#"{"instance_type": "ml.c5.xlarge", "volume_size_in_gb": 50, "environment": {"A": "1", "B": "2"},
                "input_data_s3_uri": {"train": "s3://one/train", "test": "s3://two/test"}}"#,
        );
        assert_eq!(pipeline.merge(&step), expected);
    }

    #[test]
    fn keep_alive_tells_null_from_absent() {
        let off = read(r#"{"keep_alive_period_in_seconds": null}"#);
        let set = read(r#"{"keep_alive_period_in_seconds": 600}"#);
        assert_eq!(off.keep_alive_period_in_seconds, Some(KeepAlive::Off));
        assert_eq!(set.keep_alive_period_in_seconds, Some(KeepAlive::Seconds(600)));
        assert_eq!(read("{}").keep_alive_period_in_seconds, None);
        assert_eq!(set.merge(&off).keep_alive_period_in_seconds, Some(KeepAlive::Off));
        assert_eq!(serde_json::to_string(&off).unwrap(), r#"{"keep_alive_period_in_seconds":null}"#);
    }

    #[test]
    fn one_location_replaces_channels() {
        let channels = read(r#"{"output_data_s3_uri": {"a": "s3://one/a"}}"#);
        let one = read(r#"{"output_data_s3_uri": "s3://two/all"}"#);
        assert_eq!(channels.merge(&one), one);
        assert_eq!(one.merge(&channels), channels);
    }
}
