//! Reading definitions, and evaluating what is in them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;

fn job(name: &str) -> Value {
    json!({"Name": name, "Type": "Processing", "Arguments": {
        "ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30}},
        "AppSpecification": {"ImageUri": "image"},
        "RoleArn": "arn:aws:iam::123456789012:role/sm",
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": "out", "S3Output": {
            "S3Uri": "s3://bucket/out", "LocalPath": "/opt/ml/processing/out", "S3UploadMode": "EndOfJob"}}]}}})
}

fn definition(steps: &[Value]) -> Value {
    json!({"Version": "2020-12-01", "Metadata": {}, "Parameters": [
        {"Name": "Rows", "Type": "Integer", "DefaultValue": 100},
        {"Name": "Limit", "Type": "Float", "DefaultValue": 6},
        {"Name": "Bucket", "Type": "String"},
        {"Name": "Mode", "Type": "String", "DefaultValue": "a", "EnumValues": ["a", "b"]},
    ], "PipelineExperimentConfig": null, "Steps": steps})
}

fn parse(definition: &Value) -> Document {
    Document::parse(&definition.to_string()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn check(definition: &Value, expected: &str) {
    let text = describe(&Document::parse(&definition.to_string()).expect_err(expected));
    assert!(text.contains(expected), "expected: {expected}\nfound: {text}");
}

#[test]
fn what_cannot_run_is_refused_with_its_name_and_place() {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut whole = definition(&[job("a"), job("b")]);
        change(&mut whole);
        whole
    };
    check(&with(&|d| d["Extra"] = json!(1)), "Unknown key 'Extra' at the top level");
    check(&with(&|d| d["Version"] = json!("2019")), "Unknown Version '2019'");
    check(&with(&|d| d["Steps"][0]["Foo"] = json!(1)), "Unknown key 'Foo' at Steps[0] ('a')");
    check(
        &with(&|d| d["Steps"][0]["Type"] = json!("Lambda")),
        "Step type 'Lambda' is not supported by this endpoint",
    );
    check(&with(&|d| d["Steps"][0]["Type"] = json!("Bake")), "Unknown step type 'Bake' at Steps[0] ('a')");
    check(&with(&|d| d["Steps"][1]["Name"] = json!("a")), "Step name 'a' is not unique");
    check(&with(&|d| d["Steps"][1]["Name"] = json!("a b")), "Name 'a b' must match");
    check(&with(&|d| d["Steps"][1]["DependsOn"] = json!(["zz"])), "DependsOn names the unknown step 'zz'");
    check(
        &with(&|d| d["Steps"][1]["Arguments"]["Environment"] = json!({"A": {"Get": "Parameters.No"}})),
        "unknown parameter 'No'",
    );
    check(
        &with(&|d| d["Steps"][1]["Arguments"]["Environment"] = json!({"A": {"Get": "Steps.x.ExitMessage"}})),
        "unknown step 'x'",
    );
    check(
        &with(&|d| d["Steps"][1]["Arguments"]["Environment"] = json!({"A": {"Get": "Steps.a.Nope"}})),
        "Step 'a' has no property Nope",
    );
    check(
        &with(&|d| d["Steps"][1]["Arguments"]["Environment"] = json!({"A": {"Get": "Execution.Nope"}})),
        "Unknown execution variable 'Execution.Nope'",
    );
    check(
        &with(&|d| d["Steps"][1]["Arguments"]["Environment"] = json!({"A": "x".repeat(257)})),
        "Map value must satisfy constraint: [Member must have length less than or equal to 256]",
    );
    check(
        &with(&|d| d["Steps"][1]["Arguments"]["ModelPackageName"] = json!("x")),
        "Unknown argument 'ModelPackageName'",
    );
    check(
        &with(&|d| d["Steps"][0]["CacheConfig"] = json!({"Enabled": true, "ExpireAfter": "soon"})),
        "ExpireAfter 'soon' is not",
    );
    check(
        &with(&|d| d["Steps"][0]["RetryPolicies"] = json!([{"ExceptionType": ["X"]}])),
        "Unknown ExceptionType 'X'",
    );
    check(&with(&|d| d["Steps"] = json!([])), "at least one step");
    check(&json!("text"), "Expected an object at the top level");
    let text = describe(&Document::parse("{").unwrap_err());
    assert!(text.starts_with("Unable to parse pipeline definition. Not valid JSON"), "{text}");
}

#[test]
fn cycles_are_found_through_depends_on_references_and_branches() {
    let mut a = job("a");
    a["DependsOn"] = json!(["b"]);
    let mut b = job("b");
    b["Arguments"]["Environment"] = json!({"A": {"Get": "Steps.a.ProcessingJobName"}});
    check(&definition(&[a, b, job("c")]), "Cyclic dependency between the steps [a, b]");
    let condition = json!({"Name": "c", "Type": "Condition", "Arguments": {
        "Conditions": [{"Type": "Equals", "LeftValue": {"Get": "Steps.b.ExitMessage"}, "RightValue": "x"}],
        "IfSteps": [job("b")], "ElseSteps": []}});
    check(&definition(&[condition]), "Cyclic dependency between the steps [c, b]");
}

#[test]
fn conditions_and_fail_steps_can_not_be_depended_on() {
    let condition = json!({"Name": "c", "Type": "Condition", "Arguments": {"Conditions": [], "IfSteps": [], "ElseSteps": []}});
    let fail = json!({"Name": "f", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}});
    let mut a = job("a");
    a["DependsOn"] = json!(["c"]);
    check(&definition(&[condition.clone(), a.clone()]), "can not depend on the Condition step 'c'");
    a["DependsOn"] = json!(["f"]);
    check(&definition(&[fail, a]), "can not depend on the Fail step 'f'");
    let mut outer = condition.clone();
    outer["Name"] = json!("outer");
    outer["Arguments"]["IfSteps"] = json!([condition]);
    check(&definition(&[outer]), "can not stand in a branch of another");
}

#[test]
fn edges_have_triggers_and_branches_have_gates() {
    let mut b = job("b");
    b["DependsOn"] = json!(["a", {"Step": "c", "Trigger": "Failed"}]);
    b["Arguments"]["Environment"] = json!({"A": {"Get": "Steps.a.ProcessingJobName"}});
    let branch = json!({"Name": "if", "Type": "Condition", "Arguments": {"Conditions": [], "IfSteps": [job("d")], "ElseSteps": [job("e")]}});
    let document = parse(&definition(&[job("a"), b, job("c"), branch]));
    let edges = &document.steps[1].edges;
    assert_eq!(
        edges[..],
        [Edge { from: 0, trigger: Trigger::Succeeded }, Edge { from: 2, trigger: Trigger::Failed }]
    );
    let names: Vec<&str> = document.steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c", "if", "d", "e"]);
    assert_eq!(document.steps[5].gate, Some(Gate { condition: 3, branch: Branch::Else }));
}

#[test]
fn parameters_are_typed_and_checked() {
    let document = parse(&definition(&[job("a")]));
    let given = |pairs: &[(&str, &str)]| {
        document.bind(
            &pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>(),
        )
    };
    let values = given(&[("Bucket", "x"), ("Rows", "7")]).unwrap();
    assert_eq!(json!(values), json!({"Bucket": "x", "Limit": 6.0, "Mode": "a", "Rows": 7}));
    let problems = given(&[("Rows", "many"), ("Mode", "c"), ("Other", "1")]).unwrap_err();
    assert_eq!(problems.len(), 4, "{problems:#?}");
    assert_eq!(ParameterType::Boolean.read("True"), Some(json!(true)));
}

#[derive(Default)]
struct Fixed {
    files: BTreeMap<String, Value>,
}

impl Scope for Fixed {
    fn parameter(&self, name: &str) -> Option<Value> {
        json!({"Rows": 7, "Limit": 6.0}).get(name).cloned()
    }
    fn execution(&self, variable: ExecutionVariable) -> Option<Value> {
        (variable == ExecutionVariable::PipelineExecutionId).then(|| json!("abc"))
    }
    fn step(&self, name: &str) -> Option<Value> {
        (name == "a").then(|| json!({"ProcessingOutputConfig": {"Outputs": [{"OutputName": "out", "S3Output": {"S3Uri": "s3://b/o/"}}]}, "Environment": {"K": "v"}}))
    }
    fn outcome(&self, _: &str) -> Option<bool> {
        Some(false)
    }
    fn property_file(&self, _: &str, name: &str) -> Option<PropertyFile> {
        (name == "Eval").then(|| PropertyFile {
            name: "Eval".into(),
            output: "out".into(),
            file: "e.json".into(),
        })
    }
    fn file(&self, uri: &str) -> Option<Result<Value, String>> {
        self.files.get(uri).map(|value| Ok(value.clone()))
    }
}

#[test]
fn expressions_have_values() {
    let scope = Fixed::default();
    let value = |template: Value| resolve(&template, &scope).unwrap();
    assert_eq!(
        value(
            json!({"Std:Join": {"On": "/", "Values": ["s3:/", {"Get": "Parameters.Rows"}, {"Get": "Parameters.Limit"}, {"Get": "Steps.c.Outcome"}]}})
        ),
        "s3://7/6.0/false"
    );
    assert_eq!(value(json!({"deep": [{"Get": "Execution.PipelineExecutionId"}]})), json!({"deep": ["abc"]}));
    assert_eq!(
        value(json!({"Get": "Steps.a.ProcessingOutputConfig.Outputs['out'].S3Output.S3Uri"})),
        "s3://b/o/"
    );
    assert_eq!(value(json!({"Get": "Steps.a.ProcessingOutputConfig.Outputs[0].OutputName"})), "out");
    assert_eq!(value(json!({"Get": "Steps.a.Environment['K']"})), "v");
    assert!(matches!(resolve(&json!({"Get": "Steps.zz.X"}), &scope), Err(EvaluationError::Failed(_))));
}

#[test]
fn files_are_asked_for_before_they_are_read() {
    let condition = |kind: &str, right: Value| {
        let get = json!({"Std:JsonGet": {"PropertyFile": {"Get": "Steps.a.PropertyFiles.Eval"}, "Path": "m.mse[0]"}});
        let whole = json!({"Type": kind, "LeftValue": get, "RightValue": right});
        let mut reader = reader::Reader::default();
        condition::read_all(&mut reader, "x", &json!([whole]))
    };
    let mut scope = Fixed::default();
    let conditions = condition("LessThanOrEqualTo", json!({"Get": "Parameters.Limit"}));
    assert_eq!(
        Condition::all(&conditions, &scope),
        Err(EvaluationError::NeedsFiles(vec!["s3://b/o/e.json".to_owned()]))
    );
    scope.files.insert("s3://b/o/e.json".into(), json!({"m": {"mse": [6]}}));
    assert_eq!(Condition::all(&conditions, &scope), Ok(true));
    assert_eq!(Condition::all(&condition("GreaterThan", json!(5.9)), &scope), Ok(true));
    assert_eq!(Condition::all(&condition("Equals", json!("6")), &scope), Ok(false));
    assert!(matches!(
        Condition::all(&condition("LessThan", json!("x")), &scope),
        Err(EvaluationError::Failed(_))
    ));
}

#[test]
fn compound_conditions() {
    let outcome = |condition: Value| {
        let mut reader = reader::Reader::default();
        let conditions = condition::read_all(&mut reader, "x", &json!([condition]));
        assert!(reader.problems.is_empty(), "{:?}", reader.problems);
        Condition::all(&conditions, &Fixed::default()).unwrap()
    };
    let equals = |left: i32, right: i32| json!({"Type": "Equals", "LeftValue": left, "RightValue": right});
    assert!(outcome(json!({"Type": "In", "QueryValue": {"Get": "Parameters.Rows"}, "Values": [1, 7]})));
    assert!(outcome(json!({"Type": "Not", "Condition": equals(1, 2)})));
    assert!(outcome(json!({"Type": "Or", "Conditions": [equals(1, 2), equals(2, 2)]})));
    assert!(!outcome(json!({"Type": "Or", "Conditions": [equals(1, 2)]})));
}

#[test]
fn durations() {
    for (text, seconds) in [
        ("P7D", Some(604_800)),
        ("PT1H", Some(3600)),
        ("30d", Some(2_592_000)),
        ("T30m", Some(1800)),
        ("P1DT2H3M4S", Some(93_784)),
        ("P", None),
        ("x", None),
        ("PT", None),
    ] {
        assert_eq!(parse_duration(text), seconds, "{text}");
    }
}
