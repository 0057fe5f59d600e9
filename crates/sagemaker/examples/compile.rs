//! How long it takes from the text of a spec to the text of a definition, for 1,000 and for 10,000 steps.
//!
//! `cargo run --release -p sagewright-sagemaker --example compile` prints one line for each size. The budget is
//! 50 ms for 1,000 steps.
#![expect(clippy::print_stdout, reason = "a benchmark prints its result")]

use sagewright_sagemaker::{Target, lower, plan};
use sagewright_spec::{Settings, check, parse};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Times that each size is run; the fastest counts.
const RUNS: usize = 5;

fn main() {
    for count in [1_000, 10_000] {
        let text = pipeline(count).to_string();
        let fastest = (0..RUNS).map(|_| measure(&text)).min_by_key(Phases::total).expect("there is a run");
        let milliseconds = |duration: Duration| duration.as_secs_f64() * 1000.0;
        println!(
            "{count:>6} steps: {:.1} ms (parse {:.1}, check {:.1}, plan {:.1}, lower {:.1})",
            milliseconds(fastest.total()),
            milliseconds(fastest.parse),
            milliseconds(fastest.check),
            milliseconds(fastest.plan),
            milliseconds(fastest.lower),
        );
    }
}

struct Phases {
    parse: Duration,
    check: Duration,
    plan: Duration,
    lower: Duration,
}

impl Phases {
    fn total(&self) -> Duration {
        self.parse + self.check + self.plan + self.lower
    }
}

fn measure(text: &str) -> Phases {
    let start = Instant::now();
    let pipeline = parse(text).expect("the document is well formed");
    let parse = start.elapsed();
    let start = Instant::now();
    let checked = check(pipeline).expect("the pipeline is sound");
    let check = start.elapsed();
    let start = Instant::now();
    let plan_of_all = plan(&checked, &target()).expect("the plan fits");
    let plan = start.elapsed();
    let start = Instant::now();
    let definition = lower(&plan_of_all).to_json();
    let lower = start.elapsed();
    assert!(definition.len() > text.len(), "the definition says more than the spec");
    Phases { parse, check, plan, lower }
}

/// Returns a pipeline in layers of ten steps, each of which reads from two steps of the layer before.
fn pipeline(count: usize) -> Value {
    let steps: Vec<Value> = (0..count)
        .map(|at| {
            let mut inputs = json!({"depth": {"parameter": "depth"}, "seed": {"value": at}});
            if at >= 10 {
                inputs["left"] = json!({"step": format!("step_{}", at - 10), "output": "output"});
                inputs["right"] = json!({"step": format!("step_{}", at - at % 10 - 1), "output": "output"});
            }
            json!({"name": format!("step_{at}"), "command": ["python3", "-m", "sagewright.worker", "run:fit"],
                   "inputs": inputs, "outputs": [{"name": "output", "type": "float"}],
                   "settings": {"instance_type": "ml.m5.large", "environment": {"LEVEL": "info"}},
                   "source": {"file": "run.py", "line": 12, "function": "fit"}})
        })
        .collect();
    let parameters = json!([{"name": "depth", "type": "integer", "default": 3}]);
    json!({"version": 1, "name": "many", "parameters": parameters, "steps": steps})
}

fn target() -> Target {
    Target {
        store_uri: "s3://acme-ml/sagewright".to_owned(),
        code: Some("c0de".repeat(16)),
        image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/sagewright:1a2b3c".to_owned(),
        role_arn: "arn:aws:iam::123456789012:role/sagewright".to_owned(),
        command_path: None,
        defaults: Settings::default(),
        account_id: "123456789012".to_owned(),
        region: "eu-west-1".to_owned(),
        pipeline_name: None,
    }
}
