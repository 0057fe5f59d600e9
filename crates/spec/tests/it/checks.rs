//! Each check, by the smallest pipeline that it finds fault with.

use sagewright_spec::render;
use serde_json::json;

use crate::source::{expect, pipeline_of, pipeline_with, problems, step, step_with};

#[test]
fn a_sound_pipeline_passes() {
    expect(&pipeline_with(json!({})), &[]);
}

#[test]
fn problems_are_written_with_place_and_way_out() {
    let train = step_with("train", json!({"inputs": {"data": {"step": "laod", "output": "output"}}}));
    let found = problems(&pipeline_of([step("load"), train, step("9 lives")]));
    let expected = "\
error[P0014]: step `train` reads from a step that does not exist: `laod`
 --> run.py:7 (step `train`, field `inputs.data`)
hint: did you mean `load`?

error[P0007]: not a name for a step: `9 lives`
 --> run.py:7 (step `9 lives`, field `name`)
hint: use 1 to 64 of the characters A-Z a-z 0-9 _ - : `.with_options(name=\"…\")` names a step
";
    assert_eq!(render(&found), expected);
}

#[test]
fn problems_survive_json() {
    for problem in problems(&pipeline_with(json!({"name": "", "steps": []}))) {
        let text = serde_json::to_string(&problem).unwrap();
        assert!(text.starts_with(&format!(r#"{{"code":"{}""#, problem.code)), "{text}");
        assert_eq!(serde_json::from_str::<sagewright_spec::Diagnostic>(&text).unwrap(), problem);
    }
}

#[test]
fn names_of_pipelines() {
    for name in ["", "a b", "größe", ".hidden", "-x", "___", "a/b", &"x".repeat(129)] {
        let message = format!("P0006 - name: not a name for a pipeline: `{name}`");
        expect(&pipeline_with(json!({"name": name})), &[&message]);
    }
    for name in ["a", "my_pipeline.v2", "_private", &"x".repeat(128)] {
        expect(&pipeline_with(json!({"name": name})), &[]);
    }
}

#[test]
fn names_of_steps() {
    let long = "x".repeat(65);
    expect(
        &pipeline_of([step(&long), step("a b"), step("fine-1_")]),
        &[
            &format!("P0007 {long} name: the name of step `{long}` has 65 characters, more than 64"),
            "P0007 a b name: not a name for a step: `a b`",
        ],
    );
}

#[test]
fn duplicate_steps_name_the_other_place() {
    expect(
        &pipeline_of([step("load"), step("load")]),
        &["P0008 load name: two steps have one name: `load`, the other is at run.py:7"],
    );
}

#[test]
fn no_steps_and_no_command() {
    expect(&pipeline_of([]), &["P0005 - steps: pipeline `training` has no steps"]);
    for command in [json!([]), json!([""])] {
        expect(
            &pipeline_of([step_with("load", json!({"command": command}))]),
            &["P0009 load command: step `load` has no command"],
        );
    }
}

#[test]
fn outputs() {
    let outputs = json!([{"name": "a"}, {"name": "a"}, {"name": "b c"}, {"name": ".d"}, {"name": "é"}]);
    expect(
        &pipeline_of([step_with("load", json!({"outputs": outputs}))]),
        &[
            "P0011 load outputs[1].name: two outputs of step `load` have one name: `a`",
            "P0010 load outputs[2].name: not a name for an output: `b c`",
            "P0010 load outputs[3].name: not a name for an output: `.d`",
            "P0010 load outputs[4].name: not a name for an output: `é`",
        ],
    );
}

#[test]
fn inputs_name_what_exists() {
    let inputs = json!({
        "a": {"step": "load", "output": "ouput"},
        "b": {"list": [{"step": "nowhere", "output": "x"}, {"parameter": "dept"}]},
    });
    let parameters = json!([{"name": "depth", "type": "integer", "default": 3}]);
    let steps = [step("load"), step_with("train", json!({"inputs": inputs, "after": ["lod"]}))];
    let document = pipeline_with(json!({"parameters": parameters, "steps": steps}));
    expect(
        &document,
        &[
            "P0014 train inputs.b: step `train` reads from a step that does not exist: `nowhere`",
            "P0015 train inputs.a: step `load` has no output `ouput`",
            "P0016 train inputs.b: step `train` takes a parameter that does not exist: `dept`",
            "P0017 train after[0]: step `train` is to run after a step that does not exist: `lod`",
        ],
    );
    let hints: Vec<_> = problems(&document).into_iter().map(|problem| problem.hint).collect();
    let meant = |name: &str| Some(format!("did you mean `{name}`?"));
    assert_eq!(hints, [None, meant("output"), meant("depth"), meant("load")]);
}

#[test]
fn cycles_name_their_path_once_each() {
    let after = |name: &str, others: &[&str]| step_with(name, json!({"after": others}));
    expect(
        &pipeline_of([
            after("a", &["c"]),
            after("b", &["a"]),
            after("c", &["b"]),
            after("behind", &["c"]),
            after("x", &["y"]),
            after("y", &["x", "x"]),
            step("free"),
        ]),
        &[
            "P0012 a -: steps wait for one another: `a` → `b` → `c` → `a`",
            "P0012 x -: steps wait for one another: `x` → `y` → `x`",
        ],
    );
}

#[test]
fn a_cycle_through_data_and_after() {
    let clean = step_with("clean", json!({"after": ["train"]}));
    let train = step_with("train", json!({"inputs": {"data": {"step": "clean", "output": "output"}}}));
    expect(
        &pipeline_of([clean, train]),
        &["P0012 clean -: steps wait for one another: `clean` → `train` → `clean`"],
    );
}

#[test]
fn a_long_cycle_is_shortened() {
    let steps =
        (0..100).map(|at| step_with(&format!("s{at}"), json!({"after": [format!("s{}", (at + 1) % 100)]})));
    expect(
        &pipeline_of(steps),
        &["P0012 s0 -: steps wait for one another: `s0` → `s99` → `s98` → `s97` → `s96` → `s95` → \
           … 89 more … → `s5` → `s4` → `s3` → `s2` → `s1` → `s0`"],
    );
}

#[test]
fn a_step_does_not_wait_for_itself() {
    let after = step_with("a", json!({"after": ["a"]}));
    let data = step_with("b", json!({"inputs": {"x": {"step": "b", "output": "output"}}}));
    expect(
        &pipeline_of([after, data]),
        &["P0013 a after[0]: step `a` waits for itself", "P0013 b inputs.x: step `b` waits for itself"],
    );
}

#[test]
fn parameters() {
    let long = "x".repeat(1025);
    let parameters = json!([
        {"name": "a", "type": "integer", "default": "3"},
        {"name": "b", "type": "integer", "default": 3.0},
        {"name": "c", "type": "boolean", "default": 1},
        {"name": "d", "type": "float", "default": 3},
        {"name": "e", "type": "string", "default": [1]},
        {"name": "f", "type": "string", "default": long},
        {"name": "g-h", "type": "string"},
        {"name": "a", "type": "string"},
        {"name": "n", "type": "string", "default": null},
    ]);
    expect(
        &pipeline_with(json!({"parameters": parameters})),
        &[
            "P0018 - parameters[6].name: not a name for a parameter: `g-h`",
            "P0019 - parameters[7].name: two parameters have one name: `a`",
            "P0021 - parameters.a.default: the default of parameter `a` must be of type integer, not the text `3`",
            "P0021 - parameters.b.default: the default of parameter `b` must be of type integer, not the number `3.0`",
            "P0021 - parameters.c.default: the default of parameter `c` must be of type boolean, not the number `1`",
            "P0021 - parameters.e.default: the default of parameter `e` must be of type string, not a list",
            "P0022 - parameters.f.default: the value of parameter `f` has 1025 characters, more than 1024",
        ],
    );
}

#[test]
fn too_many_parameters() {
    let parameters: Vec<_> =
        (0..201).map(|at| json!({"name": format!("p{at}"), "type": "integer"})).collect();
    expect(
        &pipeline_with(json!({"parameters": parameters})),
        &["P0020 - parameters: pipeline `training` has 201 parameters, more than 200"],
    );
}
