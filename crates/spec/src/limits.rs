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
/// Longest beginning of a job's name. The service adds `-<execution id>-<token>-<failures>`, 12, 10 and up to 2
/// characters, and a job's name has at most 63.
pub const BASE_JOB_NAME_LENGTH: usize = 36;
/// Longest name of an image.
pub const IMAGE_LENGTH: usize = 255;
/// Longest name or ARN of a key.
pub const KMS_KEY_LENGTH: usize = 2048;
/// Most subnets of a job.
pub const SUBNETS: usize = 16;
/// Most security groups of a job.
pub const SECURITY_GROUPS: usize = 5;
/// Longest id of a subnet or a security group.
pub const NETWORK_ID_LENGTH: usize = 32;
/// What a retry policy can be for. From the SDK: the API model does not describe definitions.
pub const RETRY_EXCEPTIONS: [&str; 5] = [
    "Step.SERVICE_FAULT",
    "Step.THROTTLING",
    "SageMaker.JOB_INTERNAL_ERROR",
    "SageMaker.CAPACITY_ERROR",
    "SageMaker.RESOURCE_LIMIT",
];
/// Longest wait before a retry, in seconds.
pub const RETRY_INTERVAL_IN_SECONDS: i64 = 43_200;
/// Most retries of a policy.
pub const RETRY_ATTEMPTS: i64 = 20;
/// Longest time in which a policy tries again, in minutes.
pub const RETRY_EXPIRY_IN_MINUTES: i64 = 14_400;
/// Longest path of checkpoints.
pub const CHECKPOINT_PATH_LENGTH: usize = 4096;
