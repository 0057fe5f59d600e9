//! What lowering produces is what the API model accepts, and what the reader of definitions reads.

use sagewright_sagemaker::api::{Expressions, validate_shape};
use sagewright_sagemaker::definition::Document;
use sagewright_sagemaker::lower;
use serde_json::json;

use crate::golden::{cases, plan_of};

#[test]
fn arguments_fit_the_api_model() {
    for case in cases() {
        for step in lower(&plan_of(&case)).steps() {
            let (shape, name) = match step.kind {
                "Training" => ("CreateTrainingJobRequest", "TrainingJobName"),
                "Processing" => ("CreateProcessingJobRequest", "ProcessingJobName"),
                other => panic!("an unknown kind of step: {other}"),
            };
            // The service adds the name, which the model requires.
            let mut arguments = step.arguments.clone();
            arguments[name] = json!("name");
            let problems = validate_shape(shape, &arguments, Expressions::Allowed).err().unwrap_or_default();
            assert!(problems.is_empty(), "{case:?} {}: {problems:#?}", step.name);
        }
    }
}

#[test]
fn definitions_are_read_back() {
    for case in cases() {
        let definition = lower(&plan_of(&case));
        let document = Document::parse(&definition.to_json());
        let problems = document.err().unwrap_or_default();
        assert!(problems.is_empty(), "{case:?}: {problems:#?}");
    }
}
