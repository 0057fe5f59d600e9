//! Settings of the job: which kind it becomes, what contradicts what, and what reaches the request.

use sagewright_sagemaker::{JobKind, Target, lower};
use sagewright_spec::Settings;
use serde_json::{Value, json};

use crate::plan_limits::{document, expect, plan_for};
use crate::target::target;

/// Returns the request of a step with these settings.
fn request(step: Value) -> Value {
    let plan = plan_for(&target(), &document(&json!({}), &step, &json!({}))).unwrap();
    lower(&plan).steps()[0].arguments.clone()
}

#[test]
fn the_kind_follows_from_what_only_one_kind_has() {
    for (pipeline, step, kind) in [
        (json!({}), json!({}), JobKind::Training),
        (json!({}), json!({"processor_args": {"instance_count": 2}}), JobKind::Processing),
        (json!({}), json!({"estimator_args": {"max_run": 60}}), JobKind::Training),
        (json!({}), json!({"job_overrides": {"ProcessingInputs": []}}), JobKind::Processing),
        (json!({"processor_args": {"env": {}}}), json!({"use_spot_instances": true}), JobKind::Training),
        (
            json!({"keep_alive_period_in_seconds": 600}),
            json!({"processor_args": {"env": {}}}),
            JobKind::Processing,
        ),
        (
            json!({"processor_args": {"env": {}}, "estimator_args": {"max_run": 60}}),
            json!({"use_training_step": false}),
            JobKind::Processing,
        ),
        (json!({"use_spot_instances": true}), json!({"use_training_step": false}), JobKind::Processing),
        (
            json!({}),
            json!({"output_data_s3_uri": format!("s3://bucket/{}", "x".repeat(300))}),
            JobKind::Processing,
        ),
    ] {
        let plan = plan_for(&target(), &document(&pipeline, &step, &json!({}))).unwrap();
        assert_eq!(plan.steps[0].kind, kind, "{pipeline} {step}");
    }
}

#[test]
fn what_contradicts_is_said() {
    let check = |pipeline: Value, step: Value, expected: &[&str]| {
        expect(&target(), &document(&pipeline, &step, &json!({})), expected);
    };
    let spot = "`use_spot_instances` is only possible for training jobs, and the step is a processing job";
    check(
        json!({}),
        json!({"use_training_step": false, "use_spot_instances": true}),
        &[&format!("P0052 first: {spot}")],
    );
    check(
        json!({"use_training_step": true}),
        json!({"processor_args": {"env": {}}}),
        &[
            "P0052 first: `processor_args` is only possible for processing jobs, and the step is a training job",
        ],
    );
    check(
        json!({}),
        json!({"use_training_step": true, "job_overrides": {"NetworkConfig": {}}}),
        &[
            "P0052 first: `NetworkConfig` of `job_overrides` belongs to processing jobs, and the step is a training job",
        ],
    );
    check(
        json!({}),
        json!({"use_spot_instances": true, "keep_alive_period_in_seconds": 60, "max_wait_in_seconds": 60}),
        &[
            "P0053 first: a spot job cannot keep its instance, and `keep_alive_period_in_seconds` is 60",
            "P0051 first: `max_wait_in_seconds` is 60, less than the 86400 of `max_runtime_in_seconds`",
        ],
    );
    check(
        json!({}),
        json!({"max_wait_in_seconds": 60, "checkpoint_local_path": "/opt/ml/state", "subnets": ["subnet-1"]}),
        &[
            "P0051 first: `max_wait_in_seconds` is given, and the step does not use spot instances",
            "P0057 first: the checkpoints in `/opt/ml/state` go nowhere: `checkpoint_s3_uri` is missing",
            "P0049 first: `subnets` is given without `security_group_ids`",
        ],
    );
    check(
        json!({}),
        json!({"use_training_step": false, "instance_count": 101}),
        &["P0046 first: `instance_count` is 101, and a processing job takes 100"],
    );
}

#[test]
fn spot_jobs_drop_the_default_of_warm_instances() {
    let found = request(json!({"use_spot_instances": true, "max_runtime_in_seconds": 3600,
                               "checkpoint_s3_uri": "s3://bucket/c"}));
    assert_eq!(found["ResourceConfig"].get("KeepAlivePeriodInSeconds"), None);
    assert_eq!(found["EnableManagedSpotTraining"], true);
    assert_eq!(
        found["StoppingCondition"],
        json!({"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 90_000})
    );
    assert_eq!(found["CheckpointConfig"], json!({"S3Uri": "s3://bucket/c"}));
    assert_eq!(found["Environment"]["SAGEWRIGHT_MAX_RUNTIME_IN_SECONDS"], "3600");
}

#[test]
fn later_levels_win_over_arguments_of_earlier_ones() {
    let read = |settings: Value| serde_json::from_value::<Settings>(settings).unwrap();
    let target = Target {
        defaults: read(
            json!({"estimator_args": {"instance_type": "ml.a.a", "max_run": 10, "environment": {"A": "1"}}}),
        ),
        ..target()
    };
    let pipeline = json!({"instance_type": "ml.b.b", "environment": {"B": "2"}});
    let step =
        json!({"volume_size_in_gb": 1, "estimator_args": {"volume_size": 2, "environment": {"A": "3"}}});
    let plan = plan_for(&target, &document(&pipeline, &step, &json!({"use_training_step": false}))).unwrap();
    let [first, second] = &plan.steps[..] else { panic!("two steps") };
    assert_eq!(
        (first.instance_type.as_str(), first.volume_size_in_gb, first.max_runtime_in_seconds),
        ("ml.b.b", 2, 10)
    );
    let environment = lower(&plan).steps()[0].arguments["Environment"].clone();
    assert_eq!((&environment["A"], &environment["B"]), (&json!("3"), &json!("2")));
    // Arguments for training jobs do not reach a processing job.
    assert_eq!((second.instance_type.as_str(), second.max_runtime_in_seconds), ("ml.b.b", 86_400));
}

#[test]
fn arguments_without_a_setting_reach_the_request() {
    let found = request(json!({"estimator_args": {
        "hyperparameters": {"depth": 3, "name": "tree"}, "input_mode": "FastFile", "output_path": "s3://bucket/out",
        "metric_definitions": [{"Name": "loss", "Regex": "loss=(.*)"}], "max_retry_attempts": 3,
        "disable_output_compression": true, "debugger_hook_config": false, "disable_profiler": true,
        "profiler_config": {"S3OutputPath": "s3://bucket/p"}, "container_log_level": null,
    }}));
    assert_eq!(found["HyperParameters"], json!({"depth": "3", "name": "tree"}));
    assert_eq!(found["AlgorithmSpecification"]["TrainingInputMode"], "FastFile");
    assert_eq!(found["AlgorithmSpecification"]["MetricDefinitions"][0]["Name"], "loss");
    assert_eq!(
        found["OutputDataConfig"],
        json!({"S3OutputPath": "s3://bucket/out", "CompressionType": "NONE"})
    );
    assert_eq!(found["RetryStrategy"], json!({"MaximumRetryAttempts": 3}));
    assert_eq!(found["ProfilerConfig"], json!({"DisableProfiler": true, "S3OutputPath": "s3://bucket/p"}));
    assert_eq!(found.get("DebugHookConfig"), None);
    expect(
        &target(),
        &document(&json!({}), &json!({"estimator_args": {"max_retry_attempts": 99}}), &json!({})),
        &[
            "P0055 first: Value '99' at 'retryStrategy.maximumRetryAttempts' failed to satisfy constraint: Member must \
           have value less than or equal to 30",
        ],
    );
}

#[test]
fn overrides_come_last_and_are_held_against_the_model() {
    let overrides = json!({"ResourceConfig": {"InstanceType": "ml.p3.2xlarge", "KeepAlivePeriodInSeconds": null},
                           "StoppingCondition": {"MaxRuntimeInSeconds": 60}, "Environment": {"EXTRA": "1"}});
    let step = json!({"instance_type": "ml.m5.large", "job_overrides": overrides});
    let plan = plan_for(&target(), &document(&json!({}), &step, &json!({}))).unwrap();
    assert_eq!((plan.steps[0].instance_type.as_str(), plan.steps[0].has_gpu), ("ml.p3.2xlarge", true));
    let found = lower(&plan).steps()[0].arguments.clone();
    assert_eq!(
        found["ResourceConfig"],
        json!({"InstanceType": "ml.p3.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30})
    );
    assert_eq!(found["Environment"]["EXTRA"], "1");
    assert_eq!(found["Environment"]["SAGEWRIGHT_MAX_RUNTIME_IN_SECONDS"], "60");
    let wrong = json!({"job_overrides": {
        "AlgorithmSpecification": {"ContainerEntrypoint": ["python"]}, "Environment": {"SAGEWRIGHT_STORE": null},
        "EnableNetworkIsolation": true, "RetryStrategie": {},
    }});
    expect(
        &target(),
        &document(&json!({}), &wrong, &json!({})),
        &[
            "P0055 first: Unknown argument 'RetryStrategie'",
            "P0056 first: `job_overrides` replaces the entry point of the job, which is Sagewright's supervisor",
            "P0056 first: `job_overrides` replaces Sagewright's own environment variables",
            "P0054 first: a step cannot run without a network: it fetches its code and its inputs from S3",
        ],
    );
}

#[test]
fn overrides_of_the_pipeline_reach_the_steps_whose_request_has_them() {
    let pipeline = json!({"job_overrides": {"RetryStrategy": {"MaximumRetryAttempts": 2}}});
    let plan =
        plan_for(&target(), &document(&pipeline, &json!({}), &json!({"use_training_step": false}))).unwrap();
    let definition = lower(&plan);
    assert_eq!(definition.steps()[0].arguments["RetryStrategy"], json!({"MaximumRetryAttempts": 2}));
    assert_eq!(definition.steps()[1].arguments.get("RetryStrategy"), None);
}

#[test]
fn input_data_is_told_apart() {
    let words = |uri: Value| {
        request(json!({"input_data_s3_uri": uri}))["AlgorithmSpecification"]["ContainerArguments"].clone()
    };
    assert_eq!(words(json!("s3://bucket/x")), json!(["--step", "first", "--input-data", "data"]));
    assert_eq!(words(json!({"data": "s3://bucket/x"})), json!(["--step", "first", "--input-data", ""]));
}

#[test]
fn retries_can_be_changed_and_turned_off() {
    let policies = |setting: Value| {
        let plan =
            plan_for(&target(), &document(&json!({"retry_policies": setting}), &json!({}), &json!({})))
                .unwrap();
        lower(&plan).steps()[0].retry_policies.clone()
    };
    assert_eq!(
        policies(json!(true))[1]["ExceptionType"],
        json!(["SageMaker.CAPACITY_ERROR", "SageMaker.RESOURCE_LIMIT"])
    );
    assert_eq!(policies(json!(false)), [] as [Value; 0]);
    assert_eq!(
        policies(json!([{"exception_types": ["Step.THROTTLING"], "max_attempts": 3}])),
        [json!({"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 3})]
    );
}
