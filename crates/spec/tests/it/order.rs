//! The order of steps, and that checking stays linear.

use sagewright_spec::{check, parse};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

use crate::source::{pipeline_of, problems, read, step, step_with};

fn names_in_order(document: &Value) -> Vec<String> {
    let checked = check(read(document)).unwrap();
    checked.order().iter().map(|position| checked.pipeline().steps[*position].name.clone()).collect()
}

#[test]
fn the_written_order_is_kept_where_it_can_be() {
    let after = |name: &str, others: &[&str]| step_with(name, json!({"after": others}));
    assert_eq!(names_in_order(&pipeline_of([step("c"), step("a"), step("b")])), ["c", "a", "b"]);
    assert_eq!(
        names_in_order(&pipeline_of([
            after("d", &["b", "c"]),
            step("a"),
            after("b", &["a"]),
            after("c", &["a"])
        ])),
        ["a", "b", "c", "d"]
    );
}

#[test]
fn dependencies_are_each_there_once_and_in_order() {
    let inputs = json!({
        "x": {"step": "b", "output": "output"},
        "y": {"list": [{"step": "a", "output": "output"}, {"step": "b", "output": "output"}]},
    });
    let document =
        pipeline_of([step("a"), step("b"), step_with("c", json!({"inputs": inputs, "after": ["a"]}))]);
    assert_eq!(check(read(&document)).unwrap().dependencies(2), [0, 1]);
}

/// Ten times the steps may take far more than ten times as long on a busy machine, but never a hundred times.
#[test]
fn ten_thousand_steps_are_checked_in_linear_time() {
    let chain = |count: usize, output: &str| {
        pipeline_of((0..count).map(|at| {
            let inputs = match at {
                0 => json!({}),
                _ => json!({"data": {"step": format!("step_{}", at - 1), "output": output}}),
            };
            step_with(&format!("step_{at}"), json!({"inputs": inputs}))
        }))
    };
    let text = chain(10_000, "output").to_string();
    let start = Instant::now();
    assert_eq!(check(parse(&text).unwrap()).unwrap().order().len(), 10_000);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    // The same with a problem in every step.
    let start = Instant::now();
    assert_eq!(problems(&chain(10_000, "ouput")).len(), 9_999);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}
