//! Dependencies between the crates point down only, and only along the allowed edges.

use std::collections::{BTreeMap, BTreeSet};

/// What each crate may depend on, among our own.
const ALLOWED: &[(&str, &[&str])] = &[
    ("cli", &["aws", "image", "local", "sagemaker", "spec", "store"]),
    ("aws", &["sagemaker", "store"]),
    ("local", &["sagemaker"]),
    ("runner", &["spec", "store"]),
    ("sagemaker", &["spec"]),
    ("store", &[]),
    ("image", &[]),
    ("spec", &[]),
];

/// Crates that do no input or output: none of these may be among their dependencies.
const PURE: &[&str] = &["spec", "sagemaker"];
const IMPURE: &[&str] = &["tokio", "fs-err", "hyper", "object_store", "rand", "reqwest", "uuid"];

/// The command and the supervisor must not carry a service SDK where they need none.
const WITHOUT_SDK: &[&str] = &["spec", "sagemaker", "store", "image", "local", "runner"];

#[test]
fn dependencies_point_down_only() {
    let actual = own_dependencies();
    let allowed: BTreeMap<&str, BTreeSet<&str>> =
        ALLOWED.iter().map(|(name, below)| (*name, below.iter().copied().collect())).collect();
    for (name, dependencies) in &actual {
        let allowed = allowed
            .get(name.as_str())
            .unwrap_or_else(|| panic!("crate `{name}` is not in the list of layers"));
        for dependency in dependencies.iter().filter_map(|it| it.strip_prefix("sagewright-")) {
            assert!(allowed.contains(dependency), "crate `{name}` must not depend on `{dependency}`");
        }
    }
    assert_eq!(actual.len(), ALLOWED.len(), "the list of layers names a crate that does not exist");
}

#[test]
fn pure_crates_do_no_io() {
    let actual = own_dependencies();
    for name in PURE {
        for impure in IMPURE {
            assert!(
                !actual[*name].contains(*impure),
                "crate `{name}` is pure and must not depend on `{impure}`"
            );
        }
    }
}

#[test]
fn only_the_aws_crate_links_the_service_sdk() {
    let actual = own_dependencies();
    for name in WITHOUT_SDK {
        let sdk = actual[*name].iter().find(|it| it.starts_with("aws-sdk-"));
        assert!(sdk.is_none(), "crate `{name}` must not depend on {sdk:?}");
    }
}

/// The normal dependencies of each crate under `crates/`, by its folder's name.
fn own_dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata =
        cargo_metadata::MetadataCommand::new().no_deps().exec().expect("cargo metadata works in a checkout");
    metadata
        .workspace_packages()
        .into_iter()
        .filter_map(|package| {
            let name = package.name.strip_prefix("sagewright-")?.to_owned();
            let dependencies = package
                .dependencies
                .iter()
                .filter(|dependency| dependency.kind == cargo_metadata::DependencyKind::Normal)
                .map(|dependency| dependency.name.clone())
                .collect();
            Some((name, dependencies))
        })
        .collect()
}
