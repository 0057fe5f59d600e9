//! Reading documents: what is wrong in the text, with line and column, and what the text stands for.

use sagewright_spec::parse;
use serde_json::json;

use crate::source::{pipeline_with, read};

/// Checks what reading the text reports, each problem as its code, place and message.
#[track_caller]
fn expect_parse(text: &str, expected: &[&str]) {
    let found: Vec<String> = parse(text)
        .unwrap_err()
        .iter()
        .map(|problem| {
            let step = problem.step.as_deref().unwrap_or("-");
            format!(
                "{} {step} {}: {}",
                problem.code,
                problem.field.as_deref().unwrap_or("-"),
                problem.message
            )
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn text_that_is_not_json_has_line_and_column() {
    expect_parse("", &["P0001 - -: not valid JSON: EOF while parsing a value, at line 1 column 1"]);
    expect_parse(
        "{\n  \"version\": 1,\n  \"name\": NaN\n}",
        &["P0001 - -: not valid JSON: expected value, at line 3 column 11"],
    );
    expect_parse("{} {}", &["P0001 - -: not valid JSON: trailing characters, at line 1 column 4"]);
    expect_parse(
        "{}",
        &[
            "P0002 - version: the pipeline has no field `version`",
            "P0002 - name: the pipeline has no field `name`",
            "P0002 - steps: the pipeline has no field `steps`",
        ],
    );
}

#[test]
fn all_faults_of_the_form_are_reported_together() {
    let text = r#"{
  "version": 1,
  "nme": "training",
  "name": 3,
  "parameters": [
    {"name": "depth", "type": "int"}
  ],
  "steps": [
    {"name": "load", "command": ["run"]},
    {"name": "train", "command": ["run"],
     "settings": {"input_data_s3_mode": "Fast"}, "source": {"file": "run.py", "line": 12}},
    {"name": "test", "command": ["run"], "inputs": {"x": {"step": "load"}}}
  ]
}"#;
    expect_parse(
        text,
        &[
            "P0002 - nme: unknown field `nme`, at line 3 column 10",
            "P0002 - name: invalid type: integer `3`, expected a string, at line 4 column 11",
            "P0002 - parameters[0]: unknown variant `int`, expected one of `string`, `integer`, `float`, `boolean`, \
             at line 6 column 35",
            "P0002 train steps[1]: unknown variant `Fast`, expected `File` or `Pipe`, at line 11 column 46",
            "P0002 test steps[2]: missing field `output`, at line 12 column 73",
        ],
    );
    let train = &parse(text).unwrap_err()[3];
    assert_eq!(train.source.as_ref().map(|source| (source.file.as_str(), source.line)), Some(("run.py", 12)));
    assert_eq!(parse(text).unwrap_err()[0].hint.as_deref(), Some("did you mean `name`?"));
}

#[test]
fn a_document_that_is_no_object_or_says_a_thing_twice() {
    expect_parse(
        "[]",
        &["P0002 - -: invalid length 0, expected struct Pipeline with 8 elements, at line 1 column 2"],
    );
    expect_parse(
        r#"{"version": 1, "version": 1, "name": "a", "steps": []}"#,
        &["P0002 - -: duplicate field `version`, at line 1 column 24"],
    );
}

#[test]
fn another_version_is_said_before_anything_else() {
    let message = "P0003 - version: the pipeline is written in version 2, and this program reads version 1";
    expect_parse(r#"{"version": 2, "name": "a", "steps": []}"#, &[message]);
    expect_parse(r#"{"version": 2, "name": "a", "stages": {}}"#, &[message]);
}

#[test]
fn numbers_keep_their_value_or_are_refused() {
    let input = |text: &str| {
        format!(
            r#"{{"version": 1, "name": "a", "steps": [{{"name": "s", "command": ["x"], "inputs": {{"n": {{"value": {text}}}}}}}]}}"#
        )
    };
    for number in ["0.30000000000000004", "9007199254740993", "-9223372036854775808", "1e-7", "5e-324", "1.0"]
    {
        let json = parse(&input(number)).unwrap().to_canonical_json();
        assert!(json.contains(&format!(r#""value":{number}}}"#)), "{number}: {json}");
    }
    expect_parse(
        &input("18446744073709551616"),
        &["P0004 - -: the whole number 18446744073709551616 does not fit into 64 bits, at line 1 column 97"],
    );
}

#[test]
fn the_canonical_form_leaves_out_what_is_empty() {
    let document = pipeline_with(json!({"parameters": [], "tags": {}, "settings": {}, "description": null}));
    let pipeline = read(&document);
    assert_eq!(
        pipeline.to_canonical_json(),
        r#"{"version":1,"name":"training","steps":[{"name":"load","command":["run"],"outputs":[{"name":"output"}],"source":{"file":"run.py","line":7,"function":"load"}},{"name":"train","command":["run"],"inputs":{"data":{"step":"load","output":"output"}},"outputs":[{"name":"output"}],"source":{"file":"run.py","line":7,"function":"train"}}],"source":{"file":"run.py","line":40}}"#
    );
    assert_eq!(parse(&pipeline.to_canonical_json()).unwrap(), pipeline);
    assert_eq!(pipeline.hash().len(), 64);
    assert_eq!(pipeline.hash(), read(&pipeline_with(json!({}))).hash());
    assert_ne!(pipeline.hash(), read(&pipeline_with(json!({"name": "other"}))).hash());
}
