//! What only shows when settings are merged and the kind of job is known.

use sagewright_sagemaker::{EnvironmentValue, JobKind, Plan, Target, check_values, plan};
use sagewright_spec::{Diagnostic, Settings, check, parse};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use crate::target::target;

pub(crate) fn plan_for(target: &Target, document: &Value) -> Result<Plan, Vec<Diagnostic>> {
    plan(&check(parse(&document.to_string()).unwrap()).unwrap(), target)
}

pub(crate) fn document(pipeline: &Value, first: &Value, second: &Value) -> Value {
    let parameters = json!([{"name": "text", "type": "string", "default": "short"}]);
    let inputs = json!({"text": {"parameter": "text"}});
    json!({"version": 1, "name": "training", "parameters": parameters, "settings": pipeline, "steps": [
        {"name": "first", "command": ["run"], "inputs": inputs, "settings": first},
        {"name": "second", "command": ["run"], "settings": second}]})
}

/// Checks what planning reports, each problem as its code, step and message.
#[track_caller]
pub(crate) fn expect(target: &Target, document: &Value, expected: &[&str]) {
    let found = plan_for(target, document).err().unwrap_or_default();
    assert_eq!(tell(&found), expected);
}

fn tell(found: &[Diagnostic]) -> Vec<String> {
    let step = |problem: &Diagnostic| problem.step.clone().unwrap_or_else(|| "-".to_owned());
    found.iter().map(|problem| format!("{} {}: {}", problem.code, step(problem), problem.message)).collect()
}

#[test]
fn defaults_fill_what_no_level_sets() {
    let plan =
        plan_for(&target(), &document(&json!({}), &json!({}), &json!({"use_training_step": false}))).unwrap();
    let [training, processing] = &plan.steps[..] else { panic!("two steps") };
    assert_eq!((training.kind, processing.kind), (JobKind::Training, JobKind::Processing));
    assert_eq!(
        (training.instance_type.as_str(), processing.instance_type.as_str()),
        ("ml.m5.xlarge", "ml.t3.medium")
    );
    assert_eq!(
        (training.keep_alive_period_in_seconds, processing.keep_alive_period_in_seconds),
        (Some(300), None)
    );
    assert_eq!((training.volume_size_in_gb, training.max_runtime_in_seconds), (30, 86_400));
    assert_eq!((plan.max_parallel_steps, plan.role_arn), (None, target().role_arn));
}

#[test]
fn three_levels_are_merged() {
    let read = |settings: Value| serde_json::from_value::<Settings>(settings).unwrap();
    let target = Target {
        defaults: read(
            json!({"instance_type": "ml.a.a", "volume_size_in_gb": 1, "max_runtime_in_seconds": 1,
                              "environment": {"A": "component", "B": "component", "C": "component"}}),
        ),
        ..target()
    };
    let pipeline = json!({"volume_size_in_gb": 2, "max_runtime_in_seconds": 2, "environment": {"B": "pipeline", "C": "pipeline"}});
    let step = json!({"max_runtime_in_seconds": 3, "environment": {"C": "step"}});
    let plan = plan_for(&target, &document(&pipeline, &step, &json!({}))).unwrap();
    let first = &plan.steps[0];
    assert_eq!(
        (first.instance_type.as_str(), first.volume_size_in_gb, first.max_runtime_in_seconds),
        ("ml.a.a", 2, 3)
    );
    let environment = json!(first.environment);
    let own: Vec<&Value> = environment
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry[0].as_str().unwrap().len() == 1)
        .collect();
    assert_eq!(
        json!(own),
        json!([["A", {"text": "component"}], ["B", {"text": "pipeline"}], ["C", {"text": "step"}]])
    );
}

#[test]
fn wrong_settings_of_the_component_are_found() {
    let defaults = serde_json::from_value(json!({"instance_type": "m5.large"})).unwrap();
    let target = Target { defaults, ..target() };
    expect(
        &target,
        &document(&json!({}), &json!({}), &json!({})),
        &["P0032 -: not an instance type: `m5.large`"],
    );
}

#[test]
fn long_values_travel_in_parts_until_nothing_more_fits() {
    let long = json!({"environment": {"LONG": "x".repeat(5000)}});
    let processing = json!({"use_training_step": false});
    let plan = plan_for(&target(), &document(&long, &json!({}), &processing)).unwrap();
    for (step, limit) in plan.steps.iter().zip([512, 256]) {
        assert!(step.environment.len() <= 100);
        for (name, value) in &step.environment {
            let EnvironmentValue::Text(text) = value else { continue };
            assert!(text.len() <= limit, "{name} of {}", step.name);
        }
        assert!(step.environment.iter().any(|(name, _)| name == "SAGEWRIGHT_ENVIRONMENT_9"));
        assert!(step.environment.iter().all(|(name, _)| name != "LONG"));
    }
    let target_here = Target { command_path: Some("/".repeat(300)), ..target() };
    expect(&target_here, &document(&processing, &json!({}), &json!({})), &[]);
    // What both steps inherit is reported once for each kind.
    let longer = json!({"environment": {"LONG": "x".repeat(60_000)}});
    expect(
        &target(),
        &document(&json!({}), &longer, &processing),
        &["P0028 first: the environment has more text than the 47616 characters that a training job takes"],
    );
}

#[test]
fn parameters_fit_the_environment_of_the_steps_that_use_them() {
    let mut document = document(&json!({}), &json!({"use_training_step": false}), &json!({}));
    let plan = plan_for(&target(), &document).unwrap();
    let values = |text: String| BTreeMap::from([("text".to_owned(), json!(text))]);
    assert_eq!(tell(&check_values(&plan, &values("x".repeat(256)))), [""; 0]);
    let message =
        "P0028 first: the value of parameter `text` has 257 characters, and a processing job takes 256";
    assert_eq!(tell(&check_values(&plan, &values("x".repeat(257)))), [message]);
    document["parameters"][0]["default"] = json!("x".repeat(257));
    expect(&target(), &document, &[message]);
}

#[test]
fn counts_and_lengths_of_the_requests() {
    let channels = |count: usize| {
        (0..count).map(|at| (format!("c{at}"), json!("s3://bucket/x"))).collect::<serde_json::Map<_, _>>()
    };
    let both =
        |count: usize| json!({"input_data_s3_uri": channels(count), "output_data_s3_uri": channels(count)});
    expect(&target(), &document(&json!({}), &both(20), &json!({})), &[]);
    let mut processing = both(11);
    processing["use_training_step"] = json!(false);
    processing["max_runtime_in_seconds"] = json!(777_601);
    let variables: serde_json::Map<_, _> = (0..95).map(|at| (format!("V{at}"), json!(""))).collect();
    let long = json!({"output_data_s3_uri": format!("s3://bucket/{}", "x".repeat(245)), "environment": variables,
                      "use_training_step": true});
    expect(
        &Target { image: String::new(), ..target() },
        &document(&json!({}), &long, &processing),
        &[
            "P0042 -: the name of the image has 0 characters, not 1 to 255",
            "P0041 first: an S3 URI of `output_data_s3_uri` has 257 characters, and a training job takes 256",
            "P0038 second: `input_data_s3_uri` has 11 channels, and a processing job takes 10",
            "P0038 second: `output_data_s3_uri` has 11 channels, and a processing job takes 10",
            "P0034 second: `max_runtime_in_seconds` is 777601, and a processing job takes 777600",
        ],
    );
    expect(
        &target(),
        &document(&both(25), &json!({}), &json!({})),
        &[
            "P0038 -: `input_data_s3_uri` has 25 channels, and a training job takes 20",
            "P0038 -: `output_data_s3_uri` has 25 channels, and a training job takes 24",
        ],
    );
}

#[test]
fn tags_of_all_levels_count() {
    let tags = |name: &str, count: usize| {
        (0..count).map(|at| (format!("{name}{at}"), json!(""))).collect::<serde_json::Map<_, _>>()
    };
    let pipeline = json!({"tags": tags("a", 30), "pipeline_tags": tags("p", 50)});
    expect(
        &target(),
        &document(&pipeline, &json!({"tags": tags("b", 21)}), &json!({"tags": tags("b", 20)})),
        &[
            "P0031 -: the pipeline has 51 tags, more than 50",
            "P0031 first: the job has 51 tags, more than 50",
        ],
    );
}

#[test]
fn descriptions_become_one_line_that_fits() {
    let mut document = document(&json!({}), &json!({}), &json!({}));
    document["description"] = json!("  Trains\n  a model.\n");
    document["steps"][0]["description"] = json!("ü ".repeat(4000));
    document["steps"][1]["description"] = json!(" \n ");
    let plan = plan_for(&target(), &document).unwrap();
    assert_eq!(plan.description.as_deref(), Some("Trains a model."));
    assert_eq!(plan.steps[0].description.as_ref().map(|text| text.chars().count()), Some(3072));
    assert_eq!(plan.steps[1].description, None);
}
