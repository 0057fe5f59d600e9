//! The arguments of `Processor`.

use super::Argument;
use super::Meaning::{self, Refused, Setting, Settings};

const fn argument(name: &'static str, meaning: Meaning) -> Argument {
    Argument { name, meaning }
}

pub(super) const ARGUMENTS: &[Argument] = &[
    argument("role", Setting("execution_role")),
    argument("image_uri", Setting("image_uri")),
    argument("instance_count", Setting("instance_count")),
    argument("instance_type", Setting("instance_type")),
    argument("entrypoint", super::estimator::ENTRY_POINT),
    argument("volume_size_in_gb", Setting("volume_size_in_gb")),
    argument("volume_kms_key", Setting("volume_kms_key")),
    argument("output_kms_key", Setting("output_kms_key")),
    argument("max_runtime_in_seconds", Setting("max_runtime_in_seconds")),
    argument("base_job_name", Setting("base_job_name")),
    argument(
        "sagemaker_session",
        Refused(
            "the stack says which account, region and credentials are used",
            "choose another stack with `--stack`",
        ),
    ),
    argument("env", Setting("environment")),
    // No keyword of the class, but the name under which its description speaks of `env`.
    argument("environment", Setting("environment")),
    argument("tags", Setting("tags")),
    argument(
        "network_config",
        Settings(&[
            "enable_network_isolation",
            "security_group_ids",
            "subnets",
            "encrypt_inter_container_traffic",
        ]),
    ),
];
