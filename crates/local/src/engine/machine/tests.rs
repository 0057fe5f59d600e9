//! Event lists in, action lists out; and what holds whatever the order of events.

#![allow(clippy::needless_pass_by_value, reason = "JSON literals read better without a reference")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use sagewright_sagemaker::definition::{Document, describe};
use serde_json::json;

use super::*;
use crate::engine::{
    JobEnd, JobOrder, JobOutcome, Refusal, RefusalClass, SelectedStep, SelectiveExecutionConfig, SortOrder,
};

/// An execution that is fed by hand, and what it asked for.
struct Run {
    machine: Machine,
    now: Timestamp,
    journal: Vec<Event>,
    jobs: Vec<JobOrder>,
    others: Vec<Action>,
}

fn job(name: &str, depends_on: serde_json::Value) -> Value {
    json!({"Name": name, "Type": "Processing", "DependsOn": depends_on, "Arguments": {
        "ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30}},
        "AppSpecification": {"ImageUri": "image"},
        "RoleArn": "arn:aws:iam::123456789012:role/sm",
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": "out", "S3Output": {
            "S3Uri": "s3://bucket/out", "LocalPath": "/opt/ml/processing/out", "S3UploadMode": "EndOfJob"}}]}}})
}

fn header() -> Header {
    serde_json::from_value(json!({
        "format": 1, "id": "abcdefghijkl", "arn": "arn:aws:sagemaker:us-east-1:000000000000:pipeline/p/execution/abcdefghijkl",
        "pipeline_name": "P", "pipeline_arn": "arn:aws:sagemaker:us-east-1:000000000000:pipeline/p",
        "pipeline_created_at": "2026-01-01T00:00:00Z", "pipeline_version": 1, "role_arn": "r", "definition": "d",
        "region": "us-east-1", "account_id": "000000000000", "created_at": "2026-01-01T00:00:00Z",
        "display_name": "execution-1", "token": "t"}))
    .unwrap()
}

impl Run {
    fn new(steps: &[Value]) -> Self {
        Self::with(steps, header())
    }

    fn with(steps: &[Value], header: Header) -> Self {
        let text = json!({"Version": "2020-12-01", "Steps": steps}).to_string();
        let document = Document::parse(&text).unwrap_or_else(|problems| panic!("{}", describe(&problems)));
        let machine = Machine::new(Arc::new(header), Arc::new(Graph::new(document)));
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let mut run = Self { machine, now, journal: Vec::new(), jobs: Vec::new(), others: Vec::new() };
        run.send(What::Started);
        run
    }

    fn send(&mut self, what: What) {
        self.now += jiff::SignedDuration::from_secs(1);
        let event = Event { at: self.now, what };
        for action in self.machine.apply(&event) {
            match action {
                Action::StartJob { order, .. } => self.jobs.push(*order),
                other => self.others.push(other),
            }
        }
        self.journal.push(event);
    }

    /// The steps whose jobs were ordered and not ended yet, in that order.
    fn running(&self) -> Vec<&str> {
        self.jobs.iter().map(|order| order.step.as_str()).collect()
    }

    fn end(&mut self, step: &str, status: JobEnd, reason: Option<&str>) {
        let at = self.jobs.iter().position(|order| order.step == step).expect("the job was ordered");
        let order = self.jobs.remove(at);
        self.send(What::JobAccepted { step: step.to_owned(), attempt: order.attempt });
        let outcome = JobOutcome {
            status,
            failure_reason: reason.map(str::to_owned),
            exit_message: None,
            started_at: Some(self.now),
            ended_at: self.now,
        };
        self.send(What::JobEnded { step: step.to_owned(), attempt: order.attempt, outcome });
    }

    fn complete(&mut self, step: &str) {
        self.end(step, JobEnd::Completed, None);
    }

    fn fail(&mut self, step: &str) {
        self.end(step, JobEnd::Failed, Some("AlgorithmError: , exit code: 1"));
    }

    fn refuse(&mut self, step: &str, class: RefusalClass) {
        let at = self.jobs.iter().position(|order| order.step == step).expect("the job was ordered");
        let attempt = self.jobs.remove(at).attempt;
        let refusal = Refusal { class, message: "no".to_owned() };
        self.send(What::JobRefused { step: step.to_owned(), attempt, refusal });
    }

    /// Name and status of every step that was started.
    fn steps(&self) -> BTreeMap<String, String> {
        let listed = self.machine.list_steps(SortOrder::Ascending);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        listed.iter().map(|step| (text(&step["StepName"]), text(&step["StepStatus"]))).collect()
    }

    fn step(&self, name: &str) -> Value {
        let listed = self.machine.list_steps(SortOrder::Ascending);
        listed.into_iter().find(|step| step["StepName"] == name).unwrap_or(Value::Null)
    }

    fn status(&self) -> &'static str {
        self.machine.status().name()
    }
}

fn condition(left: Value, if_steps: &[Value], else_steps: &[Value]) -> Value {
    json!({"Name": "check", "Type": "Condition", "Arguments": {
        "Conditions": [{"Type": "Equals", "LeftValue": left, "RightValue": 1}],
        "IfSteps": if_steps, "ElseSteps": else_steps}})
}

fn with(mut step: Value, key: &str, value: Value) -> Value {
    step[key] = value;
    step
}

#[test]
fn a_diamond_runs_in_order_and_its_jobs_are_named_after_it() {
    let mut run = Run::new(&[
        job("a", json!([])),
        job("b", json!(["a"])),
        job("c", json!(["a"])),
        job("d", json!(["b", "c"])),
    ]);
    assert_eq!(run.running(), ["a"]);
    assert!(run.jobs[0].name.starts_with("pipelines-abcdefghijkl-a-"));
    assert_eq!(run.jobs[0].request["ProcessingJobName"], run.jobs[0].name.as_str());
    run.complete("a");
    assert_eq!(run.running(), ["b", "c"]);
    run.complete("c");
    assert_eq!(run.running(), ["b"]);
    run.complete("b");
    assert_eq!(run.running(), ["d"]);
    run.complete("d");
    assert_eq!(run.status(), "Succeeded");
    assert_eq!(run.others, [Action::Finished(ExecutionStatus::Succeeded)]);
}

#[test]
fn after_a_failure_nothing_starts_and_what_runs_is_waited_for() {
    let mut run =
        Run::new(&[job("a", json!([])), job("b", json!([])), job("c", json!(["a"])), job("d", json!(["b"]))]);
    run.fail("a");
    assert_eq!(run.status(), "Executing");
    run.complete("b");
    assert_eq!(run.status(), "Failed");
    assert_eq!(json!(run.steps()), json!({"a": "Failed", "b": "Succeeded"}));
    assert_eq!(run.step("a")["FailureReason"], "ClientError: AlgorithmError: , exit code: 1");
    assert_eq!(run.machine.describe()["FailureReason"], "Step failure: One or multiple steps failed.");
}

#[test]
fn parallelism_is_limited_and_can_be_changed_under_way() {
    let limited = Header { max_parallel_steps: Some(2), ..header() };
    let steps: Vec<Value> = (0..5).map(|number| job(&format!("s{number}"), json!([]))).collect();
    let mut run = Run::with(&steps, limited);
    assert_eq!(run.running(), ["s0", "s1"]);
    run.complete("s1");
    assert_eq!(run.running(), ["s0", "s2"]);
    run.send(What::Updated { display_name: None, description: None, max_parallel_steps: Some(4) });
    assert_eq!(run.running(), ["s0", "s2", "s3", "s4"]);
}

#[test]
fn only_the_taken_branch_runs_and_dependants_of_the_other_never_start() {
    for (value, taken, untaken) in [(1, "yes", "no"), (2, "no", "yes")] {
        let check = condition(json!(value), &[job("yes", json!([]))], &[job("no", json!([]))]);
        let mut run = Run::new(&[check, job("after", json!([untaken])), job("later", json!(["after"]))]);
        assert_eq!(run.running(), [taken]);
        run.complete(taken);
        assert_eq!(run.status(), "Succeeded");
        assert_eq!(run.steps().len(), 2);
        let outcome = if value == 1 { "True" } else { "False" };
        assert_eq!(run.step("check")["Metadata"], json!({"Condition": {"Outcome": outcome}}));
    }
}

#[test]
fn a_condition_reads_the_file_it_needs() {
    let files = json!([{"PropertyFileName": "Eval", "OutputName": "out", "FilePath": "e.json"}]);
    let get = json!({"Std:JsonGet": {"PropertyFile": {"Get": "Steps.a.PropertyFiles.Eval"}, "Path": "x"}});
    let steps =
        [with(job("a", json!([])), "PropertyFiles", files), condition(get, &[job("yes", json!([]))], &[])];
    let read = |content: Option<&str>, error: Option<&str>| {
        let mut run = Run::new(&steps);
        run.complete("a");
        let uri = "s3://bucket/out/e.json".to_owned();
        assert_eq!(run.others, [Action::ReadFile { step: "check".to_owned(), uri: uri.clone() }]);
        let (content, error) = (content.map(str::to_owned), error.map(str::to_owned));
        run.send(What::FileRead { step: "check".to_owned(), uri, content, error });
        run
    };
    let mut run = read(Some(r#"{"x": 1}"#), None);
    run.complete("yes");
    assert_eq!(run.status(), "Succeeded");
    for run in [read(Some("{}"), None), read(Some("x"), None), read(None, Some("gone"))] {
        assert_eq!((run.status(), run.step("check")["StepStatus"].as_str()), ("Failed", Some("Failed")));
    }
}

#[test]
fn a_fail_step_ends_it_after_what_runs_and_can_not_be_retried() {
    let fail = json!({"Name": "bad", "Type": "Fail", "Arguments": {"ErrorMessage": {"Std:Join": {"On": " ", "Values": ["at", 1]}}}});
    let mut run = Run::new(&[job("a", json!([])), condition(json!(2), &[], &[fail])]);
    assert_eq!(run.status(), "Executing");
    run.complete("a");
    assert_eq!(run.status(), "Failed");
    assert_eq!(run.step("bad")["Metadata"], json!({"Fail": {"ErrorMessage": "at 1"}}));
    assert!(!run.machine.can_retry());
}

#[test]
fn a_failure_that_is_waited_for_is_handled() {
    let rescue = job("rescue", json!([{"Step": "a", "Trigger": "Failed"}]));
    let mut run = Run::new(&[job("a", json!([])), job("b", json!(["a"])), rescue.clone()]);
    run.fail("a");
    assert_eq!(run.running(), ["rescue"]);
    run.complete("rescue");
    assert_eq!(run.status(), "CompletedWithFailures");
    assert_eq!(json!(run.steps()), json!({"a": "Failed", "rescue": "Succeeded"}));
    let mut run = Run::new(&[job("a", json!([])), rescue]);
    run.complete("a");
    assert_eq!(run.status(), "Succeeded");
}

#[test]
fn stop_stops_jobs_and_nothing_starts_any_more() {
    let mut run = Run::new(&[job("a", json!([])), job("b", json!([])), job("c", json!(["a"]))]);
    run.send(What::JobAccepted { step: "a".into(), attempt: 1 });
    run.send(What::StopRequested);
    assert_eq!(run.status(), "Stopping");
    assert_eq!(run.others.len(), 1, "only the accepted job is told: {:?}", run.others);
    run.send(What::JobAccepted { step: "b".into(), attempt: 1 });
    assert_eq!(run.others.len(), 2);
    assert_eq!(json!(run.steps()), json!({"a": "Stopping", "b": "Stopping"}));
    run.end("b", JobEnd::Stopped, None);
    run.complete("a");
    assert_eq!((run.status(), json!(run.steps())), ("Stopped", json!({"a": "Succeeded", "b": "Stopped"})));
}

#[test]
fn a_retry_goes_on_with_what_had_not_succeeded_under_new_job_names() {
    let mut run = Run::new(&[job("a", json!([])), job("b", json!(["a"])), job("c", json!(["b"]))]);
    run.complete("a");
    let first = run.jobs[0].name.clone();
    run.fail("b");
    assert_eq!(run.status(), "Failed");
    run.send(What::RetryRequested { max_parallel_steps: None });
    assert_eq!((run.status(), run.running()), ("Executing", vec!["b"]));
    assert_ne!(run.jobs[0].name, first);
    run.complete("b");
    run.complete("c");
    assert_eq!(run.status(), "Succeeded");
    assert_eq!(run.step("b")["AttemptCount"], 2);
    assert_eq!(run.machine.jobs().count(), 4);
}

#[test]
fn retry_policies_back_off_and_end() {
    let policies = json!([{"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"], "IntervalSeconds": 10, "BackoffRate": 3, "MaxAttempts": 2}]);
    let mut run = Run::new(&[with(job("a", json!([])), "RetryPolicies", policies)]);
    for wait in [10, 30] {
        run.end("a", JobEnd::Failed, Some("InternalServerError: oops"));
        let Some(Action::Wait { step, attempt, until }) = run.others.pop() else { panic!("no wait") };
        assert_eq!(until.duration_since(run.now).as_secs(), wait);
        run.send(What::RetryDue { step, attempt });
    }
    run.end("a", JobEnd::Failed, Some("InternalServerError: oops"));
    assert_eq!(run.status(), "Failed");
    assert_eq!(run.step("a")["AttemptCount"], 3);
}

#[test]
fn refused_jobs_never_existed_and_service_faults_are_retried_without_a_policy() {
    let mut run = Run::new(&[job("a", json!([]))]);
    run.refuse("a", RefusalClass::ResourceLimit);
    let step = run.step("a");
    assert_eq!((run.status(), &step["Metadata"]), ("Failed", &json!({})));
    let reason = step["FailureReason"].as_str().unwrap();
    assert!(
        reason
            .starts_with("ClientError: Failed to invoke sagemaker:CreateProcessingJob. Error Details: no\n"),
        "{reason}"
    );
    assert!(reason.ends_with("exception type SAGEMAKER_RESOURCE_LIMIT."), "{reason}");
    assert_eq!(run.machine.jobs().count(), 0);
    let mut run = Run::new(&[job("a", json!([]))]);
    run.refuse("a", RefusalClass::ServiceFault);
    assert!(matches!(run.others[..], [Action::Wait { .. }]));
}

#[test]
fn arguments_that_turn_out_wrong_fail_the_step_without_a_job() {
    let mut second = job("b", json!([]));
    second["Arguments"]["Environment"] = json!({"A": {"Std:Join": {"On": "", "Values": ["x".repeat(200), {"Get": "Steps.a.ProcessingJobArn"}]}}});
    let mut run = Run::new(&[job("a", json!([])), second]);
    run.complete("a");
    assert_eq!(run.status(), "Failed");
    let reason = run.step("b")["FailureReason"].as_str().unwrap().to_owned();
    assert!(
        reason.contains("CreateProcessingJob. Error Details: 1 validation error detected: Value '{A=x"),
        "{reason}"
    );
    assert_eq!(run.step("b")["Metadata"], json!({}));
}

#[test]
fn a_job_over_its_time_fails_its_step() {
    let mut run = Run::new(&[job("a", json!([]))]);
    run.end("a", JobEnd::MaxRuntimeExceeded, None);
    assert_eq!((run.status(), json!(run.steps())), ("Failed", json!({"a": "Failed"})));
    let job = run.machine.jobs().next().unwrap();
    assert_eq!(job.describe()["ProcessingJobStatus"], "Stopped");
}

#[test]
fn a_cached_result_stands_for_the_step() {
    let cached = with(job("a", json!([])), "CacheConfig", json!({"Enabled": true, "ExpireAfter": "P1D"}));
    let mut run = Run::new(std::slice::from_ref(&cached));
    let Action::LookUpCache { key, not_before: Some(_), .. } = run.others[0].clone() else {
        panic!("no lookup")
    };
    run.send(What::CacheAnswered { step: "a".into(), hit: None });
    run.complete("a");
    let Action::Remember { key: kept, job: result } = run.others[1].clone() else {
        panic!("{:?}", run.others)
    };
    assert_eq!(kept, key);
    let mut second = job("b", json!(["a"]));
    second["Arguments"]["Environment"] = json!({"A": {"Get": "Steps.a.ProcessingJobName"}});
    let mut run = Run::new(&[cached, second]);
    let hit = CacheHit { execution_arn: "arn:earlier".into(), job: (*result).clone() };
    run.send(What::CacheAnswered { step: "a".into(), hit: Some(Box::new(hit)) });
    assert_eq!(run.step("a")["CacheHitResult"], json!({"SourcePipelineExecutionArn": "arn:earlier"}));
    assert_eq!(run.jobs[0].request["Environment"]["A"], result.order.name.as_str());
}

#[test]
fn a_selection_runs_with_results_of_the_source() {
    let steps = [job("a", json!([])), job("b", json!(["a"])), job("c", json!(["b"]))];
    let mut source = Run::new(&steps);
    source.complete("a");
    let result = source.machine.result_of("a").unwrap().clone();
    let mut selective = header();
    selective.selective = Some(SelectiveExecutionConfig {
        source_pipeline_execution_arn: Some("arn:source".into()),
        selected_steps: vec![SelectedStep { step_name: "b".into() }],
    });
    selective.reused.insert("a".into(), CacheHit { execution_arn: "arn:source".into(), job: result });
    let mut run = Run::with(&steps, selective);
    assert_eq!(run.running(), ["b"]);
    run.complete("b");
    assert_eq!((run.status(), run.steps().len()), ("Succeeded", 2));
    assert_eq!(
        run.step("a")["SelectiveExecutionResult"],
        json!({"SourcePipelineExecutionArn": "arn:source"})
    );
}

#[test]
fn a_thousand_ready_steps_start_at_once_and_late_news_changes_nothing() {
    let steps: Vec<Value> = (0..1000).map(|number| job(&format!("s{number}"), json!([]))).collect();
    let mut run = Run::new(&steps);
    assert_eq!(run.jobs.len(), 1000);
    for number in 0..1000 {
        run.complete(&format!("s{number}"));
    }
    assert_eq!(run.status(), "Succeeded");
    let before = run.machine.describe();
    for event in run.journal.clone() {
        if !matches!(event.what, What::Started) {
            assert!(run.machine.apply(&event).is_empty());
        }
    }
    assert_eq!(run.machine.describe(), before);
}

/// A random graph: each step waits for some of those before it.
fn graphs() -> impl Strategy<Value = (Vec<Vec<usize>>, u64, Option<u32>)> {
    let edges = prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 0..3), 1..12);
    (edges, any::<u64>(), prop::option::of(1_u32..4)).prop_map(|(edges, seed, limit)| {
        let edges = edges
            .into_iter()
            .enumerate()
            .map(|(at, picks)| {
                let mut chosen: Vec<usize> =
                    picks.into_iter().filter(|_| at > 0).map(|pick| pick.index(at.max(1))).collect();
                chosen.sort_unstable();
                chosen.dedup();
                chosen
            })
            .collect();
        (edges, seed, limit)
    })
}

fn build(edges: &[Vec<usize>], limit: Option<u32>) -> Run {
    let steps: Vec<Value> = edges
        .iter()
        .enumerate()
        .map(|(at, from)| job(&format!("s{at}"), from.iter().map(|from| format!("s{from}")).collect()))
        .collect();
    Run::with(&steps, Header { max_parallel_steps: limit, ..header() })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_order_of_completions_ends_the_same(input in graphs()) {
        let (edges, mut seed, limit) = input;
        let mut run = build(&edges, limit);
        while !run.jobs.is_empty() {
            prop_assert!(limit.is_none_or(|limit| run.jobs.len() <= limit as usize));
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let pick = usize::try_from(seed >> 33).unwrap() % run.jobs.len();
            let step = run.jobs[pick].step.clone();
            let from = &edges[step[1..].parse::<usize>().unwrap()];
            let steps = run.steps();
            let all_succeeded = from.iter().all(|from| steps[&format!("s{from}")] == "Succeeded");
            prop_assert!(all_succeeded);
            run.complete(&step);
        }
        prop_assert_eq!(run.status(), "Succeeded");
        prop_assert_eq!(run.steps().len(), edges.len());
    }

    #[test]
    fn any_prefix_of_the_journal_replays_to_the_same_and_can_be_gone_on_with(input in graphs(), failing in 0_usize..20) {
        let (edges, _, limit) = input;
        let mut run = build(&edges, limit);
        let mut views = vec![run.machine.list_steps(SortOrder::Ascending)];
        let mut count = 0;
        while let Some(order) = run.jobs.first().cloned() {
            if count == failing { run.fail(&order.step) } else { run.complete(&order.step) }
            count += 1;
            views.push(run.machine.list_steps(SortOrder::Ascending));
        }
        let fresh = || Machine::new(Arc::clone(run.machine.header()), Arc::clone(run.machine.graph()));
        for length in 1..=run.journal.len() {
            let mut replayed = fresh();
            for event in &run.journal[..length] {
                let line = serde_json::to_string(event).unwrap();
                replayed.apply(&serde_json::from_str(&line).unwrap());
            }
            // The start is one entry, every job two.
            if length % 2 == 1 {
                prop_assert_eq!(&replayed.list_steps(SortOrder::Ascending), &views[length / 2]);
            }
            // Going on from here with what is outstanding ends as the whole run did.
            let mut jobs: Vec<JobOrder> = replayed.outstanding().into_iter().filter_map(|action| match action {
                Action::StartJob { order, .. } => Some(*order),
                _ => None,
            }).collect();
            let at = run.now;
            while let Some(order) = jobs.pop() {
                let outcome = JobOutcome { status: JobEnd::Completed, failure_reason: None, exit_message: None, started_at: None, ended_at: at };
                let what = What::JobEnded { step: order.step, attempt: order.attempt, outcome };
                jobs.extend(replayed.apply(&Event { at, what }).into_iter().filter_map(|action| match action {
                    Action::StartJob { order, .. } => Some(*order),
                    _ => None,
                }));
            }
            prop_assert!(replayed.status().is_final());
        }
    }
}
