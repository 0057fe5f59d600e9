//! Limits that hold for every pipeline, whatever kind of job a step becomes.
//!
//! They are SageMaker's own (the public API model) unless a comment says otherwise. Lengths count characters.

/// Longest name of a pipeline as the user writes it. Ours: SageMaker's shorter limit is met by shortening.
pub const PIPELINE_NAME_LENGTH: usize = 128;
/// Longest name of a step.
pub const STEP_NAME_LENGTH: usize = 64;
/// Longest name of a step's output. Ours: the name is a folder in the artifact store.
pub const OUTPUT_NAME_LENGTH: usize = 64;
/// Longest name of a pipeline parameter.
pub const PARAMETER_NAME_LENGTH: usize = 64;
/// Most parameters that one execution can be started with.
pub const PARAMETERS: usize = 200;
/// Longest value of a parameter, as text.
pub const PARAMETER_VALUE_LENGTH: usize = 1024;
/// Most environment variables of a job.
pub const ENVIRONMENT_ENTRIES: usize = 100;
/// Longest name of an environment variable of a processing job; a training job's may be twice as long.
pub const ENVIRONMENT_KEY_LENGTH: usize = 256;
/// Longest value of an environment variable of a training job; a processing job's is half as long.
pub const ENVIRONMENT_VALUE_LENGTH: usize = 512;
/// Prefix of the environment variables that belong to Sagewright.
pub const RESERVED_ENVIRONMENT_PREFIX: &str = "SAGEWRIGHT_";
/// Most tags of one resource.
pub const TAGS: usize = 50;
/// Longest key of a tag.
pub const TAG_KEY_LENGTH: usize = 128;
/// Longest value of a tag.
pub const TAG_VALUE_LENGTH: usize = 256;
/// Largest volume in gigabytes: what the block storage behind it can be.
pub const VOLUME_SIZE_IN_GB: i64 = 16_384;
/// Longest runtime of a job in seconds: 28 days.
pub const MAX_RUNTIME_IN_SECONDS: i64 = 2_419_200;
/// Longest time an instance can be kept warm, in seconds.
pub const KEEP_ALIVE_PERIOD_IN_SECONDS: i64 = 21_600;
/// Longest S3 URI.
pub const S3_URI_LENGTH: usize = 1024;
/// Longest name of a data channel.
pub const CHANNEL_NAME_LENGTH: usize = 64;
/// Shortest and longest ARN of a role.
pub const ROLE_ARN_LENGTH: std::ops::RangeInclusive<usize> = 20..=2048;
