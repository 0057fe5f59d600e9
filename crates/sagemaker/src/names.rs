//! Names in AWS made from the user's own names.
//!
//! A name that had to be shortened, or that would meet another, ends in a part of the hash of the user's own
//! name: the same name always gives the same result.

use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

use crate::limits::{JOB_NAME_LENGTH, JOB_NAME_STEP_LENGTH, PIPELINE_NAME_LENGTH, STEP_NAME_LENGTH};

/// Hexadecimal digits of a hash at the end of a name.
const HASH_LENGTH: usize = 8;

/// Returns the name of the pipeline in SageMaker: at most 82 of the characters `A-Z a-z 0-9 -`, a letter or a
/// digit at both ends.
///
/// `_` and `.` become `-`; what loses other characters, or is too long, gets a hash.
pub fn pipeline_name(name: &str) -> String {
    let clean = clean(name);
    let clean = clean.trim_matches('-');
    let is_faithful = name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-.".contains(letter));
    if is_faithful && !clean.is_empty() && clean.len() <= PIPELINE_NAME_LENGTH {
        return clean.to_owned();
    }
    hashed(clean, name, PIPELINE_NAME_LENGTH, HASH_LENGTH).trim_start_matches('-').to_owned()
}

/// Returns the name of a step in SageMaker, were it alone in its pipeline: `_` becomes `-`.
///
/// Names of jobs are made from names of steps, and jobs cannot have `_`.
pub fn step_name(name: &str) -> String {
    let clean = clean(name);
    if clean.len() <= STEP_NAME_LENGTH { clean } else { hashed(&clean, name, STEP_NAME_LENGTH, HASH_LENGTH) }
}

/// Returns the names of all steps of a pipeline in SageMaker, each different from the others.
///
/// A step whose name needs no change keeps it. Of the others, those that would meet another get a hash, so that
/// the order of the steps decides nothing.
pub fn step_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let names: Vec<&str> = names.into_iter().collect();
    let plain: Vec<String> = names.iter().map(|name| step_name(name)).collect();
    let mut count: HashMap<&str, usize> = HashMap::with_capacity(plain.len());
    for name in &plain {
        *count.entry(name).or_default() += 1;
    }
    let keeps = |position: usize| plain[position] == names[position] || count[plain[position].as_str()] == 1;
    let mut taken: HashSet<String> = (0..names.len())
        .filter(|position| keeps(*position))
        .map(|position| plain[position].clone())
        .collect();
    (0..names.len())
        .map(|position| {
            if keeps(position) {
                return plain[position].clone();
            }
            // A longer hash is only ever needed when a user's own name ends in this one.
            let unique = (HASH_LENGTH..STEP_NAME_LENGTH)
                .map(|length| hashed(&plain[position], names[position], STEP_NAME_LENGTH, length))
                .find(|name| !taken.contains(name))
                .expect("two different names do not share a whole hash");
            taken.insert(unique.clone());
            unique
        })
        .collect()
}

/// Returns the name that the pipeline service gives a step's job.
///
/// `random` is ten letters and digits that make the name unique.
pub fn job_name(execution_id: &str, step: &str, random: &str) -> String {
    let step = clean(step);
    let step = &step[..step.len().min(JOB_NAME_STEP_LENGTH)];
    let mut name = format!("pipelines-{execution_id}-{step}-{random}");
    name.truncate(JOB_NAME_LENGTH);
    name
}

/// Replaces every character but ASCII letters and digits by `-`; the result is ASCII.
fn clean(name: &str) -> String {
    name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect()
}

/// Shortens `clean` so that it fits with `length` digits of the hash of `name` behind it.
fn hashed(clean: &str, name: &str, limit: usize, length: usize) -> String {
    let hash = hex::encode(Sha256::digest(name));
    let kept = &clean[..clean.len().min(limit - length - 1)];
    format!("{}-{}", kept.trim_end_matches('-'), &hash[..length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipeline_names_are_made_to_fit() {
        for (given, expected) in [
            ("training", "training"),
            ("my_training.v2", "my-training-v2"),
            ("_private_", "private"),
            ("a b", "a-b-c8687a08"),
            ("___", "bda25155"),
        ] {
            assert_eq!(pipeline_name(given), expected);
        }
        let long = "a".repeat(100);
        assert_eq!(pipeline_name(&long).len(), PIPELINE_NAME_LENGTH);
        assert_ne!(pipeline_name(&long), pipeline_name(&format!("{long}a")));
    }

    #[test]
    fn steps_that_would_meet_are_told_apart_whatever_their_order() {
        let names = step_names(["load-data", "load_data", "train", "a_-b", "a-_b"]);
        assert_eq!(names[0], "load-data");
        assert!(names[1].starts_with("load-data-"));
        assert_eq!(names[2], "train");
        let turned = step_names(["a-_b", "a_-b", "train", "load_data", "load-data"]);
        assert_eq!(turned.into_iter().rev().collect::<Vec<_>>(), names);
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
    }

    #[test]
    fn a_step_named_like_another_steps_hash_keeps_its_name() {
        let hash = step_names(["a-b", "a_b"]).remove(1);
        let names = step_names(["a-b", "a_b", &hash]);
        assert_eq!(names[2], hash);
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), 3);
    }

    #[test]
    fn job_names_fit() {
        let name = job_name("abcdefghijkl", "a_step_with_quite_a_long_name", "AbCdEfGhIj");
        assert_eq!(name, "pipelines-abcdefghijkl-a-step-with-quite-a--AbCdEfGhIj");
    }
}
