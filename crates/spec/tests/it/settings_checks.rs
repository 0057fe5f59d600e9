//! Checks on settings, and that they are the same on every level.

use sagewright_spec::{Settings, check_settings};
use serde_json::{Value, json};

use crate::source::{expect, pipeline_of, pipeline_with, step_with};

/// Checks settings on the level of a component, each problem as its code, field and message.
#[track_caller]
pub(crate) fn expect_settings(settings: Value, expected: &[&str]) {
    let settings: Settings = serde_json::from_value(settings).unwrap();
    let found: Vec<String> = check_settings(&settings)
        .iter()
        .map(|problem| {
            let field = problem.field.as_deref().unwrap().strip_prefix("settings.").unwrap();
            format!("{} {field}: {}", problem.code, problem.message)
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn every_level_is_checked_and_names_its_place() {
    let settings = json!({"volume_size_in_gb": 0});
    let message = "settings.volume_size_in_gb: `volume_size_in_gb` is 0, not from 1 to 16384";
    let pipeline = format!("P0033 - {message}");
    let step = format!("P0033 load {message}");
    expect(&pipeline_with(json!({"settings": settings})), &[&pipeline]);
    expect(&pipeline_of([step_with("load", json!({"settings": settings}))]), &[&step]);
}

#[test]
fn instance_types() {
    for instance_type in ["ml.m5.xlarge", "ml.p6-b200.48xlarge", "ml.g4dn.metal"] {
        expect_settings(json!({"instance_type": instance_type}), &[]);
    }
    for instance_type in ["m5.xlarge", "ml.m5", "ml..xlarge", "ML.M5.XLARGE", "", "ml.m5.x large"] {
        let message = format!("P0032 instance_type: not an instance type: `{instance_type}`");
        expect_settings(json!({"instance_type": instance_type}), &[&message]);
    }
}

#[test]
fn numbers_in_their_ranges() {
    expect_settings(
        json!({"volume_size_in_gb": 16384, "max_runtime_in_seconds": 2_419_200, "max_parallel_steps": 1,
               "keep_alive_period_in_seconds": 0}),
        &[],
    );
    expect_settings(json!({"keep_alive_period_in_seconds": null}), &[]);
    expect_settings(
        json!({"volume_size_in_gb": 16385, "max_runtime_in_seconds": 0, "keep_alive_period_in_seconds": -1,
               "max_parallel_steps": 0}),
        &[
            "P0033 volume_size_in_gb: `volume_size_in_gb` is 16385, not from 1 to 16384",
            "P0034 max_runtime_in_seconds: `max_runtime_in_seconds` is 0, not from 1 to 2419200",
            "P0035 keep_alive_period_in_seconds: `keep_alive_period_in_seconds` is -1, not from 0 to 21600",
            "P0039 max_parallel_steps: `max_parallel_steps` is 0, less than 1",
        ],
    );
}

#[test]
fn roles() {
    for role in ["arn:aws:iam::123456789012:role/ml", "arn:aws-cn:iam::123456789012:role/service-role/a.b@c"]
    {
        expect_settings(json!({"execution_role": role}), &[]);
    }
    for role in [
        "ml-jobs",
        "arn:aws:iam::123:role/ml",
        "arn:aws:iam::123456789012:user/me",
        "arn:aws:iam::123456789012:role/",
    ] {
        let message = format!("P0040 execution_role: not the ARN of a role: `{role}`");
        expect_settings(json!({"execution_role": role}), &[&message]);
    }
}

#[test]
fn environment() {
    expect_settings(json!({"environment": {"_A1": "x".repeat(5000)}}), &[]);
    expect_settings(
        json!({"environment": {"1A": "", "my-level": "", "sagewright_STORE": "", "": ""}}),
        &[
            "P0027 environment.: not a name for an environment variable: ``",
            "P0027 environment.1A: not a name for an environment variable: `1A`",
            "P0027 environment.my-level: not a name for an environment variable: `my-level`",
            "P0026 environment.sagewright_STORE: environment variables that begin with SAGEWRIGHT_ are reserved: `sagewright_STORE`",
        ],
    );
}

#[test]
fn tags() {
    expect_settings(json!({"tags": {"Team ü_.:/=+-@": "", "k": "v".repeat(256)}}), &[]);
    let long = "k".repeat(129);
    expect_settings(
        json!({"tags": {"": "v", "aws:x": "v", "k": "v".repeat(257), (long.clone()): "v"}}),
        &[
            "P0030 tags.: the key of tag `` must have 1 to 128 characters",
            "P0030 tags.aws:x: tags that begin with aws: are reserved by AWS: `aws:x`",
            "P0030 tags.k: the value of tag `k` has more than 256 characters",
            &format!("P0030 tags.{long}: the key of tag `{long}` must have 1 to 128 characters"),
        ],
    );
    expect_settings(
        json!({"pipeline_tags": {"k": "a&b"}}),
        &["P0030 pipeline_tags.k: tag `k` has a character that tags cannot have: '&'"],
    );
    let many: serde_json::Map<_, _> = (0..51).map(|at| (format!("t{at}"), json!(""))).collect();
    expect(&pipeline_with(json!({"tags": many})), &["P0031 - tags: 51 tags, more than 50"]);
}

#[test]
fn locations_and_channels() {
    for uri in ["s3://some-bucket-name", "s3://some-bucket-name/a b/ü/", "s3://a.b/c"] {
        expect_settings(json!({"input_data_s3_uri": uri}), &[]);
    }
    let long = format!("s3://bucket/{}", "x".repeat(1024));
    for uri in
        ["", "/data", "s3://", "s3://ab/x", "S3://bucket/x", "s3://My_Bucket/x", "s3://bucket/a\nb", &long]
    {
        let message = format!("P0036 output_data_s3_uri.a: not an S3 URI: `{uri}`");
        expect_settings(json!({"output_data_s3_uri": {"a": uri}}), &[&message]);
    }
    expect_settings(
        json!({"input_data_s3_uri": {}, "output_data_s3_uri": {"a b": "s3://bucket/x", "..": "s3://bucket/y"}}),
        &[
            "P0038 input_data_s3_uri: `input_data_s3_uri` is a map without channels",
            "P0037 output_data_s3_uri...: not a name for a channel: `..`",
            "P0037 output_data_s3_uri.a b: not a name for a channel: `a b`",
        ],
    );
}
