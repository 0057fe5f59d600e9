//! Whatever acyclic pipeline there is: it passes, it lowers, and no step comes before one it waits for.

use proptest::prelude::*;
use sagewright_sagemaker::{lower, plan};
use sagewright_spec::{check, parse};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

use crate::target::target;

/// What a step takes from an earlier one.
#[derive(Clone, Copy, Debug)]
enum Edge {
    Data,
    ListedData,
    After,
}

/// Writes a pipeline: `edges` go from a step to one with a smaller number, and `written` is the order of the steps
/// in the document.
fn document(edges: &[(usize, usize, Edge)], written: &[usize], training: &[bool]) -> Value {
    let count = written.len();
    let name = |number: usize| format!("step_{number}");
    let mut steps: HashMap<usize, Value> = (0..count)
        .map(|number| {
            let step = json!({"name": name(number), "command": ["run"], "inputs": {"list": {"list": []}}, "after": [],
                              "outputs": [{"name": "output"}], "settings": {"use_training_step": training[number]}});
            (number, step)
        })
        .collect();
    for (position, (from, to, edge)) in edges.iter().enumerate() {
        let (producer, consumer) = (from % to, *to);
        let step = steps.get_mut(&consumer).unwrap();
        let reference = json!({"step": name(producer), "output": "output"});
        match edge {
            Edge::Data => step["inputs"][format!("argument_{position}")] = reference,
            Edge::ListedData => step["inputs"]["list"]["list"].as_array_mut().unwrap().push(reference),
            Edge::After => step["after"].as_array_mut().unwrap().push(json!(name(producer))),
        }
    }
    let steps: Vec<Value> = written.iter().map(|number| steps[number].clone()).collect();
    json!({"version": 1, "name": "any", "steps": steps})
}

fn pipelines() -> impl Strategy<Value = Value> {
    (2_usize..40).prop_flat_map(|count| {
        let kind = prop_oneof![Just(Edge::Data), Just(Edge::ListedData), Just(Edge::After)];
        let edges = prop::collection::vec((0..count, 1..count, kind), 0..3 * count);
        let written = Just((0..count).collect::<Vec<_>>()).prop_shuffle();
        let training = prop::collection::vec(any::<bool>(), count);
        (edges, written, training)
            .prop_map(|(edges, written, training)| document(&edges, &written, &training))
    })
}

proptest! {
    #[test]
    fn acyclic_pipelines_lower_in_an_order_that_can_run(document in pipelines()) {
        let checked = parse(&document.to_string()).and_then(check).unwrap();
        let definition = lower(&plan(&checked, &target()).unwrap());
        let mut seen = HashSet::new();
        for step in definition.steps() {
            let unique: HashSet<&String> = step.depends_on.iter().collect();
            prop_assert_eq!(unique.len(), step.depends_on.len());
            prop_assert!(step.depends_on.iter().all(|other| seen.contains(other)), "{} is too early", &step.name);
            prop_assert!(seen.insert(step.name.clone()));
        }
        prop_assert_eq!(seen.len(), checked.pipeline().steps.len());
    }

    #[test]
    fn names_in_sagemaker_are_valid_and_unique(names in prop::collection::hash_set("[ab_-]{1,64}", 1..50)) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let made = sagewright_sagemaker::names::step_names(names.iter().copied());
        let unique: HashSet<&String> = made.iter().collect();
        prop_assert_eq!(unique.len(), names.len());
        for name in &made {
            prop_assert!((1..=64).contains(&name.len()) && !name.contains('_'), "{}", name);
        }
    }

    #[test]
    fn pipeline_names_are_valid(name in "\\PC{1,200}") {
        let made = sagewright_sagemaker::names::pipeline_name(&name);
        prop_assert!((1..=82).contains(&made.len()), "{}", made);
        prop_assert!(made.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-'), "{}", made);
        prop_assert!(!made.starts_with('-') && !made.ends_with('-'), "{}", made);
    }
}
