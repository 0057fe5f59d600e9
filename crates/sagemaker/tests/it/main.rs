//! Tests of planning and lowering through the public interface, one file for each area.
#![expect(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    reason = "a test stops where something is missing, and `json!` values read best as arguments"
)]

mod arguments;
mod golden;
mod job_settings;
mod plan_limits;
mod target;
mod topological;

/// Every file in this folder is a module above: a forgotten one would pass by never running.
#[test]
fn every_file_is_registered() {
    let main = include_str!("main.rs");
    for entry in fs_err::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(name == "main" || main.contains(&format!("mod {name};")), "{name}.rs is not registered");
    }
}
