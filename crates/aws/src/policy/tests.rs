//! The printed policies, against golden files; `SAGEWRIGHT_BLESS=1` rewrites them.

use super::*;
use std::path::Path;

fn facts() -> Facts {
    Facts {
        partition: "aws".into(),
        region: "eu-west-1".into(),
        account_id: "123456789012".into(),
        pipelines: "*".into(),
        bucket: "acme-ml".into(),
        prefix: "sagewright".into(),
        execution_role: "arn:aws:iam::123456789012:role/ml/jobs".into(),
        scheduler_role: Some("arn:aws:iam::123456789012:role/ml/schedules".into()),
        repositories: vec!["steps".into()],
        kms_keys: vec!["arn:aws:kms:eu-west-1:123456789012:key/0a1b".into()],
        vpc: true,
    }
}

fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/policy/golden").join(name);
    if std::env::var_os("SAGEWRIGHT_BLESS").is_some() {
        std::fs::write(&path, format!("{text}\n")).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, expected.trim_end(), "{name} differs; SAGEWRIGHT_BLESS=1 rewrites it");
}

#[test]
fn the_printed_policies_are_the_golden_ones() {
    golden("roles.json", &render(&Role::ALL, &facts(), Format::Json));
    golden("roles.yaml", &render(&Role::ALL, &facts(), Format::CloudFormation));
    golden("roles.tf", &render(&Role::ALL, &facts(), Format::Terraform));
}

fn actions(role: Role) -> Vec<&'static str> {
    statements(role, &facts()).into_iter().flat_map(|it| it.actions).collect()
}

#[test]
fn the_blocks_for_schedules_are_covered() {
    let client = actions(Role::Client);
    for action in ["ListSchedules", "GetSchedule", "CreateSchedule", "UpdateSchedule", "DeleteSchedule"] {
        assert!(client.contains(&format!("scheduler:{action}").as_str()), "{action}");
    }
    let passed = statements(Role::Client, &facts());
    let passed = passed.iter().find(|it| it.passed_to == Some("scheduler.amazonaws.com")).unwrap();
    assert_eq!(passed.resources, ["arn:aws:iam::123456789012:role/ml/schedules"]);
    assert_eq!(
        trust(Role::Scheduler, &facts())["Statement"][0]["Principal"]["Service"],
        "scheduler.amazonaws.com"
    );
    assert_eq!(actions(Role::Scheduler), ["sagemaker:StartPipelineExecution"]);
}

#[test]
fn nothing_is_allowed_by_a_wildcard_action_and_few_things_on_everything() {
    const ON_EVERYTHING: [&str; 7] =
        ["FindPipelines", "Quotas", "FindSchedules", "SignInToEcr", "Metrics", "Network", "Preflight"];
    for role in Role::ALL {
        for statement in statements(role, &facts()) {
            assert!(statement.actions.iter().all(|it| !it.contains('*')), "{statement:?}");
            if statement.resources.iter().any(|it| it == "*") {
                assert!(ON_EVERYTHING.contains(&statement.sid), "{statement:?}");
            }
        }
    }
}

#[test]
fn pipelines_are_named_in_lower_case() {
    let facts = Facts { pipelines: "Training".into(), ..facts() };
    assert!(facts.pipelines_arn().ends_with("pipeline/training"));
}

#[test]
fn a_stack_without_extras_gets_no_extra_permissions() {
    let plain = Facts { repositories: vec![], kms_keys: vec![], vpc: false, scheduler_role: None, ..facts() };
    let actions: Vec<_> = statements(Role::Execution, &plain).into_iter().flat_map(|it| it.actions).collect();
    for service in ["ecr:", "kms:", "ec2:"] {
        assert!(!actions.iter().any(|it| it.starts_with(service)), "{service}");
    }
}
