//! The arguments of `Estimator`.

use super::Argument;
use super::Meaning::{self, Refused, Request, Setting};

/// Why no argument may replace the program that the job starts.
pub(super) const ENTRY_POINT: Meaning = Refused(
    "a job starts Sagewright's supervisor, which runs the step",
    "write what is to run as a step; another program can be started from there",
);
const CODE: Meaning =
    Refused("the code of a step is packed and brought to the job by itself", "leave it out");
const RULES: Meaning = Refused(
    "debugger rules are objects of the SDK",
    "write `DebugRuleConfigurations` or `ProfilerRuleConfigurations` in `job_overrides`",
);
const MODEL: Meaning = Refused(
    "data of a job comes in channels",
    "use `input_data_s3_uri={\"model\": \"s3://…\"}`, or pass the model from one step to the next",
);

const fn argument(name: &'static str, meaning: Meaning) -> Argument {
    Argument { name, meaning }
}

pub(super) const ARGUMENTS: &[Argument] = &[
    argument("image_uri", Setting("image_uri")),
    argument("role", Setting("execution_role")),
    argument("instance_count", Setting("instance_count")),
    argument("instance_type", Setting("instance_type")),
    argument("keep_alive_period_in_seconds", Setting("keep_alive_period_in_seconds")),
    argument("volume_size", Setting("volume_size_in_gb")),
    argument("volume_kms_key", Setting("volume_kms_key")),
    argument("max_run", Setting("max_runtime_in_seconds")),
    argument("input_mode", Request("AlgorithmSpecification.TrainingInputMode")),
    argument("output_path", Request("OutputDataConfig.S3OutputPath")),
    argument("output_kms_key", Setting("output_kms_key")),
    argument("base_job_name", Setting("base_job_name")),
    argument(
        "sagemaker_session",
        Refused(
            "the stack says which account, region and credentials are used",
            "choose another stack with `--stack`",
        ),
    ),
    argument("hyperparameters", Request("HyperParameters")),
    argument("tags", Setting("tags")),
    argument("subnets", Setting("subnets")),
    argument("security_group_ids", Setting("security_group_ids")),
    argument("model_uri", MODEL),
    argument("model_channel_name", MODEL),
    argument("metric_definitions", Request("AlgorithmSpecification.MetricDefinitions")),
    argument("encrypt_inter_container_traffic", Setting("encrypt_inter_container_traffic")),
    argument("use_spot_instances", Setting("use_spot_instances")),
    argument("max_wait", Setting("max_wait_in_seconds")),
    argument("checkpoint_s3_uri", Setting("checkpoint_s3_uri")),
    argument("checkpoint_local_path", Setting("checkpoint_local_path")),
    argument("enable_network_isolation", Setting("enable_network_isolation")),
    argument("rules", RULES),
    argument("debugger_hook_config", Request("DebugHookConfig")),
    argument("tensorboard_output_config", Request("TensorBoardOutputConfig")),
    argument("enable_sagemaker_metrics", Request("AlgorithmSpecification.EnableSageMakerMetricsTimeSeries")),
    argument("profiler_config", Request("ProfilerConfig")),
    argument("disable_profiler", Request("ProfilerConfig.DisableProfiler")),
    argument("environment", Setting("environment")),
    argument("max_retry_attempts", Request("RetryStrategy.MaximumRetryAttempts")),
    argument("source_dir", CODE),
    argument("git_config", CODE),
    argument(
        "container_log_level",
        Refused("only the SDK's own containers read it", "set the level in the step"),
    ),
    argument("code_location", CODE),
    argument("entry_point", ENTRY_POINT),
    argument("dependencies", CODE),
    argument(
        "instance_groups",
        Refused(
            "a job runs on instances of one type",
            "give `instance_type` and `instance_count`, or write `ResourceConfig` in `job_overrides`",
        ),
    ),
    argument(
        "training_repository_access_mode",
        Request("AlgorithmSpecification.TrainingImageConfig.TrainingRepositoryAccessMode"),
    ),
    argument(
        "training_repository_credentials_provider_arn",
        Request(
            "AlgorithmSpecification.TrainingImageConfig.TrainingRepositoryAuthConfig.\
             TrainingRepositoryCredentialsProviderArn",
        ),
    ),
    argument("container_entry_point", ENTRY_POINT),
    argument("container_arguments", ENTRY_POINT),
    argument("disable_output_compression", Request("OutputDataConfig.CompressionType")),
    argument("enable_infra_check", Request("InfraCheckConfig.EnableInfraCheck")),
    argument("enable_remote_debug", Request("RemoteDebugConfig.EnableRemoteDebug")),
    argument("enable_session_tag_chaining", Request("SessionChainingConfig.EnableSessionTagChaining")),
    argument("training_plan", Request("ResourceConfig.TrainingPlanArn")),
    argument("instance_placement_config", Request("ResourceConfig.InstancePlacementConfig")),
];
