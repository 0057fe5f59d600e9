//! Limits of jobs and pipelines, from the public API model unless a comment says otherwise.
//!
//! Those that hold whatever a step becomes are in [`sagewright_spec::limits`]. Lengths count characters.

/// Longest name of a pipeline. The model says 256; the service has refused more than 82.
pub const PIPELINE_NAME_LENGTH: usize = 82;
/// Longest name of a step.
pub const STEP_NAME_LENGTH: usize = sagewright_spec::limits::STEP_NAME_LENGTH;
/// Longest name of a job.
pub const JOB_NAME_LENGTH: usize = 63;
/// Characters of a step's name that the pipeline service puts into a job's name. Observed.
pub const JOB_NAME_STEP_LENGTH: usize = 20;
/// Longest description of a pipeline or a step.
pub const DESCRIPTION_LENGTH: usize = 3072;
/// Longest entry of the container's entry point or arguments.
pub const CONTAINER_ARGUMENT_LENGTH: usize = 256;
/// Most arguments of the container.
pub const CONTAINER_ARGUMENTS: usize = 100;
/// Longest name of an image.
pub const IMAGE_LENGTH: usize = sagewright_spec::limits::IMAGE_LENGTH;
/// Longest value of a training job's environment variable.
pub const TRAINING_ENVIRONMENT_VALUE_LENGTH: usize = 512;
/// Longest value of a processing job's environment variable.
pub const PROCESSING_ENVIRONMENT_VALUE_LENGTH: usize = 256;
/// Most input channels of a training job.
pub const TRAINING_CHANNELS: usize = 20;
/// Most inputs of a processing job.
pub const PROCESSING_INPUTS: usize = 10;
/// Most outputs of a processing job.
pub const PROCESSING_OUTPUTS: usize = 10;
/// Longest path at which a processing job finds an input or leaves an output.
pub const PROCESSING_LOCAL_PATH_LENGTH: usize = 256;
/// Longest runtime of a processing job in seconds: nine days.
pub const PROCESSING_MAX_RUNTIME_IN_SECONDS: i64 = 777_600;
/// Most instances of a processing job.
pub const PROCESSING_INSTANCES: i64 = 100;
