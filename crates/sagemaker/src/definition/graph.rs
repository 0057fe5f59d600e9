//! Names, references, edges and cycles.

use std::collections::{HashMap, VecDeque};

use super::expression::{ExecutionVariable, Expression, FileSource};
use super::parameter::Parameter;
use super::path::{Path, Segment};
use super::reader::Reader;
use super::step::{Edge, JobKind, Step, StepKind, Trigger};
use crate::api::{Kind, model};

/// Resolves what steps say about each other; returns a topological order.
pub(super) fn link(reader: &mut Reader, parameters: &[Parameter], steps: &mut [Step]) -> Vec<usize> {
    let mut index: HashMap<String, usize> = HashMap::with_capacity(steps.len());
    for (position, step) in steps.iter().enumerate() {
        if index.insert(step.name.clone(), position).is_some() {
            reader.problem(&step.place, format!("Step name '{}' is not unique", step.name));
        }
    }
    let edges: Vec<Vec<Edge>> =
        steps.iter().map(|step| edges_of(reader, parameters, steps, &index, step)).collect();
    for (step, edges) in steps.iter_mut().zip(edges) {
        step.edges = edges;
    }
    order(reader, steps)
}

fn edges_of(
    reader: &mut Reader,
    parameters: &[Parameter],
    steps: &[Step],
    index: &HashMap<String, usize>,
    step: &Step,
) -> Vec<Edge> {
    let mut edges: Vec<Edge> = Vec::new();
    let mut seen: HashMap<usize, Trigger> = HashMap::new();
    for (name, trigger) in &step.depends_on {
        let Some(&from) = index.get(name) else {
            reader.problem(&step.place, format!("DependsOn names the unknown step '{name}'"));
            continue;
        };
        if matches!(steps[from].kind, StepKind::Condition { .. }) {
            reader.problem(&step.place, format!("A step can not depend on the Condition step '{name}'"));
        }
        match seen.insert(from, *trigger) {
            None => edges.push(Edge { from, trigger: *trigger }),
            Some(other) if other == *trigger => {}
            Some(_) => {
                reader.problem(&step.place, format!("DependsOn names step '{name}' with different triggers"));
            }
        }
    }
    for expression in &step.expressions {
        check_variables(reader, parameters, step, expression);
        let Some(name) = expression.step() else { continue };
        let Some(&from) = index.get(name) else {
            reader.problem(&step.place, format!("A reference names the unknown step '{name}'"));
            continue;
        };
        check_target(reader, step, &steps[from], expression);
        match seen.insert(from, Trigger::Succeeded) {
            None => edges.push(Edge { from, trigger: Trigger::Succeeded }),
            // A property needs the step's success, whatever else is waited for.
            Some(_) => {
                if let Some(edge) = edges.iter_mut().find(|edge| edge.from == from) {
                    edge.trigger = Trigger::Succeeded;
                }
            }
        }
    }
    for edge in edges.iter().filter(|edge| matches!(steps[edge.from].kind, StepKind::Fail { .. })) {
        let name = &steps[edge.from].name;
        reader.problem(&step.place, format!("A step can not depend on the Fail step '{name}'"));
    }
    edges
}

fn check_variables(reader: &mut Reader, parameters: &[Parameter], step: &Step, expression: &Expression) {
    match expression {
        Expression::Parameter(name) if !parameters.iter().any(|parameter| parameter.name == *name) => {
            reader.problem(&step.place, format!("A reference names the unknown parameter '{name}'"));
        }
        Expression::Execution(variable) => {
            let needed = match variable {
                ExecutionVariable::TrainingJobName => JobKind::Training,
                ExecutionVariable::ProcessingJobName => JobKind::Processing,
                _ => return,
            };
            if !matches!(&step.kind, StepKind::Job { kind, .. } if *kind == needed) {
                reader.problem(
                    &step.place,
                    format!("Execution.{variable:?} has no value in a step of this type"),
                );
            }
        }
        _ => {}
    }
}

fn check_target(reader: &mut Reader, step: &Step, target: &Step, expression: &Expression) {
    let name = &target.name;
    match (expression, &target.kind) {
        (Expression::Outcome(_), StepKind::Condition { .. }) => {}
        (Expression::Outcome(_), _) => {
            reader.problem(&step.place, format!("Step '{name}' is not a Condition step and has no Outcome"));
        }
        (Expression::Property { path, .. }, StepKind::Job { kind, .. })
            if exists(path, kind.response_shape()) => {}
        (Expression::Property { path, .. }, StepKind::Job { .. }) => {
            reader.problem(&step.place, format!("Step '{name}' has no property {path}"));
        }
        (Expression::Property { .. }, _) => {
            reader.problem(&step.place, format!("Step '{name}' has no properties to refer to"));
        }
        (Expression::JsonGet { source: FileSource::PropertyFile { name: file, .. }, .. }, _)
            if !target.property_files.iter().any(|known| known.name == *file) =>
        {
            reader.problem(&step.place, format!("Step '{name}' has no property file '{file}'"));
        }
        _ => {}
    }
}

/// Whether the API model has such a path below `shape`.
fn exists(path: &Path, shape: &str) -> bool {
    let Some(service) = model().service("sagemaker") else { return true };
    let mut name = shape;
    for segment in &path.segments {
        let Some(shape) = service.shape(name) else { return false };
        let next = match (shape.kind, segment) {
            (Kind::Structure, Segment::Member(member) | Segment::Key(member)) => shape.members.get(member),
            (Kind::List, Segment::Index(_) | Segment::Key(_)) => shape.member.as_ref(),
            (Kind::Map, Segment::Key(_) | Segment::Member(_)) => shape.value.as_ref(),
            _ => None,
        };
        match next {
            Some(next) => name = next,
            None => return false,
        }
    }
    true
}

/// Kahn's algorithm over edges and gates; what is left over is in or behind a cycle.
fn order(reader: &mut Reader, steps: &[Step]) -> Vec<usize> {
    let mut waiting = vec![0_usize; steps.len()];
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    for (position, step) in steps.iter().enumerate() {
        let gate = step.gate.map(|gate| gate.condition);
        for from in step.edges.iter().map(|edge| edge.from).chain(gate) {
            waiting[position] += 1;
            followers[from].push(position);
        }
    }
    let mut ready: VecDeque<usize> = (0..steps.len()).filter(|position| waiting[*position] == 0).collect();
    let mut order = Vec::with_capacity(steps.len());
    while let Some(position) = ready.pop_front() {
        order.push(position);
        for &follower in &followers[position] {
            waiting[follower] -= 1;
            if waiting[follower] == 0 {
                ready.push_back(follower);
            }
        }
    }
    if order.len() < steps.len() {
        let mut named: Vec<&str> = (0..steps.len())
            .filter(|position| waiting[*position] > 0)
            .map(|at| steps[at].name.as_str())
            .collect();
        named.truncate(20);
        reader.problem("Steps", format!("Cyclic dependency between the steps [{}]", named.join(", ")));
    }
    order
}
