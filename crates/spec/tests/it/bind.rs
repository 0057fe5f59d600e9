//! Values for a run's parameters.

use sagewright_spec::{bind_parameters, check};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use crate::source::{pipeline_with, read};

fn bind(parameters: Value, given: &[(&str, &str)]) -> Result<Value, Vec<String>> {
    let checked = check(read(&pipeline_with(json!({"parameters": parameters})))).unwrap();
    let given: BTreeMap<String, String> =
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    bind_parameters(&checked, &given)
        .map(|values| json!(values))
        .map_err(|found| found.iter().map(ToString::to_string).collect())
}

fn one_of_each() -> Value {
    json!([
        {"name": "label", "type": "string"},
        {"name": "depth", "type": "integer", "default": 3},
        {"name": "rate", "type": "float", "default": 1},
        {"name": "verbose", "type": "boolean", "default": false},
    ])
}

#[test]
fn given_values_are_typed_and_defaults_fill_the_rest() {
    assert_eq!(
        bind(one_of_each(), &[("label", ""), ("depth", "-7")]),
        Ok(json!({"depth": -7, "label": "", "rate": 1.0, "verbose": false}))
    );
    for (text, expected) in [("true", true), ("True", true), ("false", false), ("False", false)] {
        let bound = bind(one_of_each(), &[("label", "3"), ("rate", "3"), ("verbose", text)]).unwrap();
        assert_eq!(bound, json!({"depth": 3, "label": "3", "rate": 3.0, "verbose": expected}));
    }
}

#[test]
fn every_problem_is_reported() {
    let found = bind(
        one_of_each(),
        &[("dept", "3"), ("depth", "three"), ("rate", "nan"), ("verbose", "yes"), ("zzz", "1")],
    );
    let known = "`label`, `depth`, `rate`, `verbose`";
    assert_eq!(
        found.unwrap_err(),
        [
            format!("error[P0023]: pipeline `training` has no parameter `dept`\n --> run.py:40 (field `parameters.dept`)\nhint: did you mean `depth`? it has {known}"),
            format!("error[P0023]: pipeline `training` has no parameter `zzz`\n --> run.py:40 (field `parameters.zzz`)\nhint: it has {known}"),
            "error[P0024]: parameter `label` has no default and was given no value\n --> run.py:40 (field `parameters.label`)\nhint: give it text: `--param label=…`".to_owned(),
            "error[P0025]: parameter `depth` takes a value of type integer, not `three`\n --> run.py:40 (field `parameters.depth`)\nhint: give a whole number such as `3`".to_owned(),
            "error[P0025]: parameter `rate` takes a value of type float, not `nan`\n --> run.py:40 (field `parameters.rate`)\nhint: give a number such as `0.5`".to_owned(),
            "error[P0025]: parameter `verbose` takes a value of type boolean, not `yes`\n --> run.py:40 (field `parameters.verbose`)\nhint: give `true` or `false`".to_owned(),
        ]
    );
}

#[test]
fn a_long_value_and_a_pipeline_without_parameters() {
    let found = bind(one_of_each(), &[("label", &"ü".repeat(1025))]).unwrap_err();
    assert!(
        found[0].starts_with("error[P0022]: the value of parameter `label` has 1025 characters"),
        "{}",
        found[0]
    );
    assert!(bind(one_of_each(), &[("label", &"ü".repeat(1024))]).is_ok());
    let found = bind(json!([]), &[("depth", "3")]).unwrap_err();
    assert!(found[0].ends_with(
        "hint: it has no parameters: only scalar arguments of the pipeline function are parameters"
    ));
}
