//! Settings: how a step's job runs.
//!
//! The same settings exist on three levels, component, pipeline and step; [`Settings::merge`] lays a later
//! level over an earlier one. Names are the user-facing ones of the SageMaker orchestrator.

mod keep_alive;
mod locations;
mod modes;
mod patch;
mod retries;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

pub use keep_alive::KeepAlive;
pub use locations::Locations;
pub use modes::{InputMode, OutputMode};
pub use patch::{apply_patch, merge_patches};
pub use retries::{Retries, RetryPolicy};

/// How a job runs. Everything is optional: what is absent is decided by an earlier level or by a default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// Number of instances of the job. Each runs the step; what the first one returns counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_count: Option<i64>,
    /// The image that the job runs, in place of the stack's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_uri: Option<String>,
    /// What the job's name begins with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_job_name: Option<String>,
    /// Whether the job runs on spare capacity, which AWS may take back at any time. Training jobs only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_spot_instances: Option<bool>,
    /// Longest time that a spot job may wait and run, in seconds. Training jobs only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_wait_in_seconds: Option<i64>,
    /// Where checkpoints are kept in S3. Training jobs only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint_s3_uri: Option<String>,
    /// Where the job finds and leaves its checkpoints; absent means `/opt/ml/checkpoints`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint_local_path: Option<String>,
    /// Key that the job's volume is encrypted with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_kms_key: Option<String>,
    /// Key that SageMaker encrypts the job's outputs with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_kms_key: Option<String>,
    /// Subnets of the job's VPC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnets: Option<Vec<String>>,
    /// Security groups of the job's VPC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_group_ids: Option<Vec<String>>,
    /// Whether the job has no network at all. A step needs one, so only false is possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_network_isolation: Option<bool>,
    /// Whether traffic between the job's instances is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypt_inter_container_traffic: Option<bool>,
    /// When the service starts the job again by itself: a switch or a list of policies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_policies: Option<Retries>,
    /// Arguments of the SageMaker SDK's `Processor`, for steps that become processing jobs.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub processor_args: BTreeMap<String, Value>,
    /// Arguments of the SageMaker SDK's `Estimator`, for steps that become training jobs.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub estimator_args: BTreeMap<String, Value>,
    /// A JSON merge patch (RFC 7386) for the request that creates the job, applied last.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub job_overrides: BTreeMap<String, Value>,
}

impl Settings {
    /// Says whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Settings::default()
    }

    /// Lays `later` over these settings: what `later` sets wins, and maps are merged by key.
    #[must_use]
    pub fn merge(&self, later: &Settings) -> Settings {
        // The later value wins where there is one.
        macro_rules! last {
            ($($field:ident,)+) => {
                Settings {
                    $($field: later.$field.clone().or_else(|| self.$field.clone()),)+
                    // Every field is named, so a new setting that is not merged does not compile.
                    environment: merge_maps(&self.environment, &later.environment),
                    tags: merge_maps(&self.tags, &later.tags),
                    pipeline_tags: merge_maps(&self.pipeline_tags, &later.pipeline_tags),
                    input_data_s3_uri: Locations::merge(
                        self.input_data_s3_uri.as_ref(),
                        later.input_data_s3_uri.as_ref(),
                    ),
                    output_data_s3_uri: Locations::merge(
                        self.output_data_s3_uri.as_ref(),
                        later.output_data_s3_uri.as_ref(),
                    ),
                    processor_args: merge_maps(&self.processor_args, &later.processor_args),
                    estimator_args: merge_maps(&self.estimator_args, &later.estimator_args),
                    job_overrides: merge_patches(&self.job_overrides, &later.job_overrides),
                }
            };
        }
        last! {
            instance_type,
            volume_size_in_gb,
            max_runtime_in_seconds,
            keep_alive_period_in_seconds,
            use_training_step,
            execution_role,
            synchronous,
            input_data_s3_mode,
            output_data_s3_mode,
            max_parallel_steps,
            instance_count,
            image_uri,
            base_job_name,
            use_spot_instances,
            max_wait_in_seconds,
            checkpoint_s3_uri,
            checkpoint_local_path,
            volume_kms_key,
            output_kms_key,
            subnets,
            security_group_ids,
            enable_network_isolation,
            encrypt_inter_container_traffic,
            retry_policies,
        }
    }
}

fn merge_maps<T: Clone>(earlier: &BTreeMap<String, T>, later: &BTreeMap<String, T>) -> BTreeMap<String, T> {
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
