//! Golden files: `fixtures/pipelines/<case>/spec.json` lowers to `definition.json` next to it.
//! `SAGEWRIGHT_BLESS=1` rewrites the definitions.

use sagewright_sagemaker::{Plan, lower, plan};
use sagewright_spec::{check, parse};
use serde_json::Value;
use std::path::{Path, PathBuf};

use crate::target::target;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/pipelines");

/// Returns the folders of all cases that have a spec.
pub(crate) fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs_err::read_dir(FIXTURES)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|case| case.join("spec.json").exists())
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "{FIXTURES} has no cases");
    cases
}

/// Plans a case for the stack in AWS.
pub(crate) fn plan_of(case: &Path) -> Plan {
    let text = fs_err::read_to_string(case.join("spec.json")).unwrap();
    let checked =
        parse(&text).and_then(check).unwrap_or_else(|found| panic!("{}: {found:#?}", case.display()));
    plan(&checked, &target()).unwrap_or_else(|found| panic!("{}: {found:#?}", case.display()))
}

#[test]
fn every_case_lowers_to_its_definition() {
    for case in cases() {
        let definition = lower(&plan_of(&case));
        let path = case.join("definition.json");
        let text = format!("{}\n", definition.to_json_pretty());
        if std::env::var_os("SAGEWRIGHT_BLESS").is_some() {
            fs_err::write(&path, &text).unwrap();
        }
        assert_eq!(fs_err::read_to_string(&path).unwrap(), text, "{path:?}: run `make bless`");
        let compact: Value = serde_json::from_str(&definition.to_json()).unwrap();
        assert_eq!(compact, serde_json::from_str::<Value>(&text).unwrap());
        assert_eq!(lower(&plan_of(&case)), definition, "the same spec lowers to the same definition");
    }
}

#[test]
fn the_cases_hold_specs_in_the_form_that_is_stored() {
    for case in cases() {
        let text = fs_err::read_to_string(case.join("spec.json")).unwrap();
        let canonical = parse(&text).unwrap().to_canonical_json();
        assert_eq!(
            serde_json::from_str::<Value>(&canonical).unwrap(),
            serde_json::from_str::<Value>(&text).unwrap(),
            "{case:?}"
        );
    }
}

#[test]
fn the_settings_that_are_not_in_a_definition_are_in_the_plan() {
    let plan = plan_of(&Path::new(FIXTURES).join("settings"));
    let tags: Vec<_> = plan.pipeline_tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(
        tags,
        ["environment=production", "owner=ml-platform", "project=demand", "sagewright:pipeline=settings"]
    );
    assert_eq!(plan.max_parallel_steps, Some(4));
    assert_eq!(plan.role_arn, "arn:aws:iam::123456789012:role/pipelines");
    assert_eq!(plan.pipeline_name, "settings");
    let plan = plan_of(&Path::new(FIXTURES).join("names"));
    assert_eq!(plan.display_name.len(), 92);
    assert_eq!(
        plan.pipeline_name,
        "demand-forecast-for-every-store-and-every-article-of-the-northern-region-9a3a13c5"
    );
}
