//! Checks on settings of the job: names, keys, network, retries, checkpoints, and arguments of the SDK.

use serde_json::json;

use crate::settings_checks::expect_settings;

#[test]
fn counts_images_and_names() {
    expect_settings(
        json!({"instance_count": 2, "image_uri": "registry/repository:1", "base_job_name": "my-job"}),
        &[],
    );
    expect_settings(
        json!({"instance_count": 0, "max_wait_in_seconds": 0, "image_uri": "my image", "base_job_name": "my_job"}),
        &[
            "P0046 instance_count: `instance_count` is 0, less than 1",
            "P0051 max_wait_in_seconds: `max_wait_in_seconds` is 0, not from 1 to 2419200",
            "P0042 image_uri: the name of the image has a character that images cannot have: ' '",
            "P0047 base_job_name: not a beginning for names of jobs: `my_job`",
        ],
    );
    for name in ["", "-a", "a-", &"x".repeat(37)] {
        let message = format!("P0047 base_job_name: not a beginning for names of jobs: `{name}`");
        expect_settings(json!({"base_job_name": name}), &[&message]);
    }
}

#[test]
fn keys() {
    for key in
        ["1234abcd-12ab-34cd-56ef-1234567890ab", "alias/ml", "arn:aws:kms:eu-west-1:123456789012:key/1234"]
    {
        expect_settings(json!({"volume_kms_key": key, "output_kms_key": key}), &[]);
    }
    expect_settings(
        json!({"volume_kms_key": "", "output_kms_key": "my key"}),
        &["P0048 volume_kms_key: not a key: ``", "P0048 output_kms_key: not a key: `my key`"],
    );
}

#[test]
fn networks() {
    expect_settings(
        json!({"subnets": ["subnet-1", "subnet-2"], "security_group_ids": ["sg-1"], "enable_network_isolation": false}),
        &[],
    );
    expect_settings(
        json!({"subnets": [], "security_group_ids": ["sg-1", "sg 2"], "enable_network_isolation": true}),
        &[
            "P0049 subnets: `subnets` has 0 entries, not 1 to 16",
            "P0049 security_group_ids[1]: not an id: `sg 2`",
            "P0054 enable_network_isolation: a step cannot run without a network: it fetches its code and its inputs \
             from S3",
        ],
    );
}

#[test]
fn retry_policies() {
    expect_settings(json!({"retry_policies": false}), &[]);
    expect_settings(
        json!({"retry_policies": [{"exception_types": ["SageMaker.CAPACITY_ERROR"], "expire_after_mins": 60}]}),
        &[],
    );
    expect_settings(
        json!({"retry_policies": []}),
        &["P0050 retry_policies: `retry_policies` is a list without policies"],
    );
    expect_settings(
        json!({"retry_policies": {"exception_types": ["SageMaker.CAPACITY_EROR"], "interval_seconds": 0,
                                  "backoff_rate": -1, "max_attempts": 21, "expire_after_mins": 60}}),
        &[
            "P0050 retry_policies[0].exception_types: no policy can be for `SageMaker.CAPACITY_EROR`",
            "P0050 retry_policies[0].interval_seconds: `interval_seconds` is 0, not from 1 to 43200",
            "P0050 retry_policies[0].max_attempts: `max_attempts` is 21, not from 1 to 20",
            "P0050 retry_policies[0].backoff_rate: `backoff_rate` is -1, not from 0 to 1000",
            "P0050 retry_policies[0].max_attempts: `max_attempts` and `expire_after_mins` exclude each other",
        ],
    );
}

#[test]
fn checkpoints() {
    expect_settings(
        json!({"checkpoint_s3_uri": "s3://bucket/x", "checkpoint_local_path": "/opt/ml/state/a"}),
        &[],
    );
    expect_settings(json!({"checkpoint_s3_uri": "/x"}), &["P0036 checkpoint_s3_uri: not an S3 URI: `/x`"]);
    for path in ["/opt/ml", "/opt/ml/model", "/opt/ml/output/x", "/opt/ml/../x", "/tmp/x", "checkpoints"] {
        let message = format!("P0057 checkpoint_local_path: not a folder for checkpoints: `{path}`");
        expect_settings(json!({"checkpoint_local_path": path}), &[&message]);
    }
}

#[test]
fn arguments_of_the_sdk() {
    expect_settings(
        json!({
            "processor_args": {
                "instance_type": "ml.m5.large", "volume_size_in_gb": 50, "env": {"A": "1"}, "role": null,
                "tags": [{"Key": "k", "Value": "v"}], "network_config": {"subnets": ["subnet-1"]},
            },
            "estimator_args": {
                "volume_size": 50, "max_run": 60, "use_spot_instances": true, "max_wait": 120,
                "keep_alive_period_in_seconds": null, "hyperparameters": {"depth": 3}, "tags": {"k": "v"},
            },
        }),
        &[],
    );
    expect_settings(
        json!({
            "processor_args": {
                "instance_typ": "ml.m5.large", "entrypoint": ["python"], "sagemaker_session": "default",
                "volume_size_in_gb": "50", "max_runtime_in_seconds": 0, "network_config": {"subnets": [], "vpc": 1},
            },
            "estimator_args": {"volume_size_in_gb": 50, "instance_type": "m5.large", "entry_point": "train.py"},
        }),
        &[
            "P0044 processor_args.entrypoint: `entrypoint` cannot be given in `processor_args`: a job starts \
             Sagewright's supervisor, which runs the step",
            "P0043 processor_args.instance_typ: `processor_args` has an unknown argument: `instance_typ`",
            "P0045 processor_args.network_config: `network_config` of `processor_args` has a value of another form: \
             it has no `vpc`; known are enable_network_isolation, security_group_ids, subnets, \
             encrypt_inter_container_traffic",
            "P0044 processor_args.sagemaker_session: `sagemaker_session` cannot be given in `processor_args`: the \
             stack says which account, region and credentials are used",
            "P0045 processor_args.volume_size_in_gb: `volume_size_in_gb` of `processor_args` has a value of another \
             form: invalid type: string \"50\", expected i64",
            "P0034 processor_args.max_runtime_in_seconds: `max_runtime_in_seconds` is 0, not from 1 to 2419200",
            "P0044 estimator_args.entry_point: `entry_point` cannot be given in `estimator_args`: a job starts \
             Sagewright's supervisor, which runs the step",
            "P0043 estimator_args.volume_size_in_gb: `estimator_args` has an unknown argument: `volume_size_in_gb`",
            "P0032 estimator_args.instance_type: not an instance type: `m5.large`",
        ],
    );
}
