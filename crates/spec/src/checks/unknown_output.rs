//! Every output that an input reads is one of its step's outputs.

use crate::index::Index;
use crate::{Code, Diagnostic, Element, Pipeline, Step, nearest};

pub(super) fn check(pipeline: &Pipeline, index: &Index, found: &mut Vec<Diagnostic>) {
    for step in &pipeline.steps {
        for (argument, element) in step.elements() {
            let Element::Output { step: producer, output } = element else { continue };
            let Some(producer) = index.step(producer) else { continue };
            if producer.outputs.iter().all(|known| known.name != *output) {
                found.push(
                    Diagnostic::new(
                        Code::UnknownOutput,
                        format!("step `{}` has no output `{output}`", producer.name),
                    )
                    .field(format!("inputs.{argument}"))
                    .hint(hint(producer, output))
                    .step(step),
                );
            }
        }
    }
}

fn hint(producer: &Step, output: &str) -> String {
    let names: Vec<&str> = producer.outputs.iter().map(|known| known.name.as_str()).collect();
    if let Some(name) = nearest(output, names.iter().copied()) {
        return format!("did you mean `{name}`?");
    }
    if names.is_empty() {
        return format!("`{}` has no outputs: annotate what the function returns", producer.name);
    }
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("`{}` has {}", producer.name, names.join(", "))
}
