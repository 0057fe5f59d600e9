//! The engine with an executor that only pretends.

#![allow(clippy::needless_pass_by_value, reason = "JSON literals read better without a reference")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use sagewright_sagemaker::api;
use serde_json::{Value, json};

use super::machine::Event;
use super::*;
use crate::state::Log;

/// Ends every job at once, as it is told by the step's name; remembers which jobs it saw.
#[derive(Default)]
struct Pretend {
    /// Steps whose jobs fail.
    failing: Mutex<Vec<String>>,
    /// Steps whose jobs run until they are stopped.
    endless: Mutex<BTreeMap<String, Option<JobReporter>>>,
    /// The content of every file.
    file: Mutex<String>,
    started: Mutex<Vec<String>>,
}

fn outcome(status: JobEnd, reason: Option<&str>) -> JobOutcome {
    let now = Timestamp::now();
    let failure_reason = reason.map(str::to_owned);
    JobOutcome { status, failure_reason, exit_message: None, started_at: Some(now), ended_at: now }
}

#[async_trait]
impl Executor for Pretend {
    async fn start(&self, order: JobOrder, reporter: JobReporter) -> Result<(), Refusal> {
        self.started.lock().unwrap().push(order.name.clone());
        if let Some(slot) = self.endless.lock().unwrap().get_mut(&order.step) {
            *slot = Some(reporter);
            return Ok(());
        }
        let fails = self.failing.lock().unwrap().contains(&order.step);
        let running = if order.kind == JobKind::Training { "Training" } else { "Running" };
        reporter.status(running, "It runs", Timestamp::now()).await;
        let end = if fails {
            outcome(JobEnd::Failed, Some("AlgorithmError: , exit code: 1"))
        } else {
            outcome(JobEnd::Completed, None)
        };
        reporter.ended(end).await;
        Ok(())
    }

    async fn stop(&self, _: JobKind, name: &str) {
        let mut endless = self.endless.lock().unwrap();
        let found = endless
            .values_mut()
            .find(|slot| slot.as_ref().is_some_and(|reporter| reporter.order().name == name));
        if let Some(reporter) = found.and_then(Option::take) {
            tokio::spawn(async move { reporter.ended(outcome(JobEnd::Stopped, None)).await });
        }
    }

    async fn read_file(&self, uri: &str) -> Result<Vec<u8>, String> {
        assert!(uri.ends_with("/eval/evaluation.json"), "{uri}");
        Ok(self.file.lock().unwrap().clone().into_bytes())
    }
}

async fn open(folder: &Path, executor: &Arc<Pretend>) -> Engine {
    let options = Options {
        state_dir: folder.to_owned(),
        region: "us-east-1".into(),
        account_id: "000000000000".into(),
        now: Arc::new(Timestamp::now),
        fault: None,
    };
    let executor: Arc<dyn Executor> = Arc::<Pretend>::clone(executor);
    Engine::open(options, executor).await.unwrap()
}

async fn idle(engine: &Engine) {
    let mut changes = engine.changes();
    while !engine.is_idle() {
        let seen = tokio::time::timeout(std::time::Duration::from_secs(20), changes.changed()).await;
        seen.expect("something happens").unwrap();
    }
}

fn job(name: &str, arguments: Value) -> Value {
    let mut step = json!({"Name": name, "Type": "Processing", "Arguments": {
        "ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30}},
        "AppSpecification": {"ImageUri": "image", "ContainerEntrypoint": ["true"]},
        "RoleArn": "arn:aws:iam::123456789012:role/sm"}});
    for (key, value) in arguments.as_object().cloned().unwrap_or_default() {
        step["Arguments"][key] = value;
    }
    step
}

/// Of the shape that the SDK's tutorial has: prepare, train, evaluate, then a condition over the evaluation.
fn tutorial() -> String {
    let output = |name: &str| {
        json!({"Outputs": [{"OutputName": name, "AppManaged": false, "S3Output": {
        "S3Uri": {"Std:Join": {"On": "/", "Values": ["s3:/", {"Get": "Parameters.Bucket"}, {"Get": "Execution.PipelineExecutionId"}, name]}},
        "LocalPath": format!("/opt/ml/processing/{name}"), "S3UploadMode": "EndOfJob"}}]})
    };
    let mut prepare = job("prepare", json!({"ProcessingOutputConfig": output("train")}));
    prepare["CacheConfig"] = json!({"Enabled": true, "ExpireAfter": "P7D"});
    let fit = json!({"Name": "fit", "Type": "Training", "Arguments": {
        "AlgorithmSpecification": {"TrainingInputMode": "File", "TrainingImage": "image"},
        "OutputDataConfig": {"S3OutputPath": "s3://acme/models"},
        "ResourceConfig": {"VolumeSizeInGB": 30, "InstanceCount": 1, "InstanceType": "ml.m5.xlarge"},
        "RoleArn": "arn:aws:iam::123456789012:role/sm",
        "InputDataConfig": [{"ChannelName": "train", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix",
            "S3Uri": {"Get": "Steps.prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri"}}}}],
        "ProfilerConfig": {"S3OutputPath": "s3://acme/models", "DisableProfiler": false}}});
    let mut evaluate = job(
        "evaluate",
        json!({"ProcessingOutputConfig": output("eval"), "ProcessingInputs": [{
        "InputName": "input-1", "AppManaged": false, "S3Input": {
            "S3Uri": {"Get": "Steps.fit.ModelArtifacts.S3ModelArtifacts"}, "LocalPath": "/opt/ml/processing/model",
            "S3DataType": "S3Prefix", "S3InputMode": "File"}}]}),
    );
    evaluate["PropertyFiles"] =
        json!([{"PropertyFileName": "Eval", "OutputName": "eval", "FilePath": "evaluation.json"}]);
    let check = json!({"Name": "good-enough", "Type": "Condition", "Arguments": {
        "Conditions": [{"Type": "LessThanOrEqualTo", "LeftValue": {"Std:JsonGet": {
            "PropertyFile": {"Get": "Steps.evaluate.PropertyFiles.Eval"}, "Path": "mse"}},
            "RightValue": {"Get": "Parameters.Threshold"}}],
        "IfSteps": [job("register", json!({}))],
        "ElseSteps": [{"Name": "too-bad", "Type": "Fail", "Arguments": {"ErrorMessage": {"Std:Join": {"On": " ",
            "Values": ["mse above", {"Get": "Parameters.Threshold"}]}}}}]}});
    json!({"Version": "2020-12-01", "Metadata": {}, "Parameters": [
        {"Name": "Threshold", "Type": "Float", "DefaultValue": 6.0}, {"Name": "Bucket", "Type": "String", "DefaultValue": "acme"}],
        "PipelineExperimentConfig": {"ExperimentName": {"Get": "Execution.PipelineName"}, "TrialName": {"Get": "Execution.PipelineExecutionId"}},
        "Steps": [prepare, fit, evaluate, check]}).to_string()
}

fn create(engine: &Engine, name: &str, definition: &str) -> Value {
    let request = json!({"PipelineName": name, "PipelineDefinition": definition,
        "ClientRequestToken": "t".repeat(32), "RoleArn": "arn:aws:iam::123456789012:role/sm"});
    engine.create_pipeline(serde_json::from_value(request).unwrap()).unwrap()
}

fn start(engine: &Engine, name: &str, token: &str) -> Result<String, Error> {
    let request = json!({"PipelineName": name, "ClientRequestToken": token});
    let answer = engine.start_pipeline_execution(serde_json::from_value(request).unwrap())?;
    Ok(answer["PipelineExecutionArn"].as_str().unwrap().to_owned())
}

fn steps(engine: &Engine, arn: &str) -> Value {
    let request = List {
        pipeline_execution_arn: Some(arn.to_owned()),
        sort_order: Some(SortOrder::Ascending),
        ..List::default()
    };
    let response = engine.list_pipeline_execution_steps(&request).unwrap();
    api::validate_response("ListPipelineExecutionSteps", &response).unwrap();
    response["PipelineExecutionSteps"].clone()
}

/// Name and status of each step.
fn statuses(engine: &Engine, arn: &str) -> Vec<String> {
    let steps = steps(engine, arn);
    let text = |step: &Value, key: &str| step[key].as_str().unwrap().to_owned();
    steps
        .as_array()
        .unwrap()
        .iter()
        .map(|step| format!("{} {}", text(step, "StepName"), text(step, "StepStatus")))
        .collect()
}

fn status(engine: &Engine, arn: &str) -> String {
    let response = engine.describe_pipeline_execution(arn).unwrap();
    api::validate_response("DescribePipelineExecution", &response).unwrap();
    response["PipelineExecutionStatus"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_tutorial_runs_through_both_branches() {
    let folder = tempfile::tempdir().unwrap();
    let executor = Arc::new(Pretend::default());
    let engine = open(folder.path(), &executor).await;
    create(&engine, "Abalone", &tutorial());
    r#"{"mse": 5.5}"#.clone_into(&mut executor.file.lock().unwrap());
    let good = start(&engine, "Abalone", "one").unwrap();
    idle(&engine).await;
    let expected = [
        "prepare Succeeded",
        "fit Succeeded",
        "evaluate Succeeded",
        "good-enough Succeeded",
        "register Succeeded",
    ];
    assert_eq!(statuses(&engine, &good), expected);
    assert_eq!(status(&engine, &good), "Succeeded");

    r#"{"mse": 6.5}"#.clone_into(&mut executor.file.lock().unwrap());
    let bad = start(&engine, "arn:aws:sagemaker:us-east-1:000000000000:pipeline/abalone", "two").unwrap();
    idle(&engine).await;
    assert_eq!(status(&engine, &bad), "Failed");
    let listed = steps(&engine, &bad);
    assert_eq!(listed[4]["Metadata"]["Fail"]["ErrorMessage"], "mse above 6.0");
    assert_eq!(listed[0]["CacheHitResult"]["SourcePipelineExecutionArn"], good.as_str());

    let arn = listed[1]["Metadata"]["TrainingJob"]["Arn"].as_str().unwrap();
    let described = engine.describe_job(JobKind::Training, arn.rsplit('/').next().unwrap()).unwrap();
    api::validate_response("DescribeTrainingJob", &described).unwrap();
    let input = &described["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"];
    let source = good.rsplit('/').next().unwrap();
    assert_eq!(*input, format!("s3://acme/{source}/train"));
    let retry = json!({"PipelineExecutionArn": bad, "ClientRequestToken": "r"});
    let error = engine.retry_pipeline_execution(serde_json::from_value(retry).unwrap()).unwrap_err();
    assert_eq!(error.code(), "ConflictException");
}

#[tokio::test]
async fn every_response_fits_the_api_model() {
    let folder = tempfile::tempdir().unwrap();
    let executor = Arc::new(Pretend::default());
    r#"{"mse": 1}"#.clone_into(&mut executor.file.lock().unwrap());
    let engine = open(folder.path(), &executor).await;
    let created = create(&engine, "p", &tutorial());
    api::validate_response("CreatePipeline", &created).unwrap();
    let pipeline = created["PipelineArn"].as_str().unwrap();
    let execution = start(&engine, "p", "one").unwrap();
    idle(&engine).await;
    let of_execution = List { pipeline_execution_arn: Some(execution.clone()), ..List::default() };
    let of_pipeline = List { pipeline_name: Some("p".into()), ..List::default() };
    let tag = Tag { key: "k".into(), value: "v".into() };
    let update = json!({"PipelineName": "p", "PipelineDescription": "d", "PipelineDefinition": tutorial()});
    let change = json!({"PipelineExecutionArn": execution, "PipelineExecutionDescription": "d"});
    let processing = engine.list_jobs(JobKind::Processing, &List::default()).unwrap();
    let name = processing["ProcessingJobSummaries"][0]["ProcessingJobName"].as_str().unwrap().to_owned();
    let job_arn = processing["ProcessingJobSummaries"][0]["ProcessingJobArn"].as_str().unwrap().to_owned();
    assert!(engine.list_tags(&job_arn, &List::default()).unwrap()["Tags"].as_array().unwrap().len() >= 2);
    let responses = [
        ("UpdatePipeline", engine.update_pipeline(serde_json::from_value(update).unwrap())),
        ("DescribePipeline", engine.describe_pipeline("p", None)),
        ("ListPipelines", engine.list_pipelines(&List::default())),
        ("ListPipelineExecutions", engine.list_pipeline_executions(&of_pipeline)),
        (
            "UpdatePipelineExecution",
            engine.update_pipeline_execution(serde_json::from_value(change).unwrap()),
        ),
        (
            "DescribePipelineDefinitionForExecution",
            engine.describe_pipeline_definition_for_execution(&execution),
        ),
        ("ListPipelineParametersForExecution", engine.list_pipeline_parameters_for_execution(&of_execution)),
        ("ListProcessingJobs", Ok(processing)),
        ("ListTrainingJobs", engine.list_jobs(JobKind::Training, &List::default())),
        ("DescribeProcessingJob", engine.describe_job(JobKind::Processing, &name)),
        ("AddTags", engine.add_tags(pipeline, vec![tag])),
        ("ListTags", engine.list_tags(pipeline, &List::default())),
        ("DeleteTags", engine.delete_tags(pipeline, &["k".to_owned()])),
        ("DeletePipeline", engine.delete_pipeline("p", "d")),
    ];
    for (operation, response) in responses {
        let response = response.unwrap_or_else(|error| panic!("{operation}: {error}"));
        api::validate_response(operation, &response)
            .unwrap_or_else(|problems| panic!("{operation}: {problems:#?}"));
    }
    assert_eq!(engine.describe_pipeline("p", None).unwrap_err().code(), "ResourceNotFound");
}

#[tokio::test]
async fn after_a_crash_at_any_entry_the_run_goes_on_to_the_same_end() {
    let folder = tempfile::tempdir().unwrap();
    let executor = Arc::new(Pretend::default());
    r#"{"mse": 1}"#.clone_into(&mut executor.file.lock().unwrap());
    let engine = open(folder.path(), &executor).await;
    create(&engine, "p", &tutorial());
    let arn = start(&engine, "p", "one").unwrap();
    idle(&engine).await;
    let whole = statuses(&engine, &arn);
    engine.shutdown().await;
    let id = arn.rsplit('/').next().unwrap();
    let journal = folder.path().join("executions").join(id).join("journal.log");
    let list = folder.path().join("executions.log");
    let (entries, first) =
        (fs_err::read_to_string(&journal).unwrap(), fs_err::read_to_string(&list).unwrap());
    let first = format!("{}\n", first.lines().next().unwrap());
    let lines: Vec<&str> = entries.split_inclusive('\n').collect();
    assert_eq!(Log::<Event>::read(&journal).unwrap().len(), lines.len());
    let names: std::collections::BTreeSet<String> =
        executor.started.lock().unwrap().iter().cloned().collect();
    assert!(lines.len() > 10, "{}", lines.len());
    for kept in 0..=lines.len() {
        let torn = lines.get(kept).map_or("", |line| &line[..line.len() / 2]);
        for tail in ["", torn] {
            fs_err::remove_dir_all(folder.path().join("cache")).unwrap();
            fs_err::write(&journal, format!("{}{tail}", lines[..kept].concat())).unwrap();
            fs_err::write(&list, &first).unwrap();
            let again = Arc::new(Pretend::default());
            r#"{"mse": 1}"#.clone_into(&mut again.file.lock().unwrap());
            let engine = open(folder.path(), &again).await;
            idle(&engine).await;
            assert_eq!(statuses(&engine, &arn), whole, "after {kept} entries");
            assert_eq!(status(&engine, &arn), "Succeeded");
            let seen = again.started.lock().unwrap().clone();
            assert!(
                seen.iter().all(|name| names.contains(name)),
                "the same jobs under the same names: {seen:?}"
            );
            engine.shutdown().await;
        }
    }
}

#[tokio::test]
async fn stop_and_retry_and_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let executor = Arc::new(Pretend::default());
    executor.endless.lock().unwrap().insert("a".into(), None);
    let engine = open(folder.path(), &executor).await;
    let mut second = job("b", json!({}));
    second["DependsOn"] = json!(["a"]);
    let definition = json!({"Version": "2020-12-01", "Steps": [job("a", json!({})), second]}).to_string();
    create(&engine, "p", &definition);
    assert_eq!(
        create(&engine, "p", &definition)["PipelineArn"],
        "arn:aws:sagemaker:us-east-1:000000000000:pipeline/p"
    );
    let arn = start(&engine, "p", "one").unwrap();
    assert_eq!(start(&engine, "p", "one").unwrap(), arn);
    assert_eq!(engine.delete_pipeline("p", "d").unwrap_err().code(), "ConflictException");
    let mut changes = engine.changes();
    while statuses(&engine, &arn) != ["a Executing"] {
        changes.changed().await.unwrap();
    }
    let stop = |token: &str| {
        let request = json!({"PipelineExecutionArn": arn, "ClientRequestToken": token});
        engine.stop_pipeline_execution(serde_json::from_value(request).unwrap())
    };
    stop("s").unwrap();
    idle(&engine).await;
    stop("s").unwrap();
    assert_eq!(stop("other").unwrap_err().code(), "ConflictException");
    assert_eq!(
        (status(&engine, &arn).as_str(), statuses(&engine, &arn)),
        ("Stopped", vec!["a Stopped".to_owned()])
    );

    executor.endless.lock().unwrap().clear();
    executor.failing.lock().unwrap().push("b".into());
    engine.shutdown().await;
    let engine = open(folder.path(), &executor).await;
    let retry = |engine: &Engine, token: &str| {
        let request = json!({"PipelineExecutionArn": arn, "ClientRequestToken": token});
        engine.retry_pipeline_execution(serde_json::from_value(request).unwrap())
    };
    retry(&engine, "r1").unwrap();
    idle(&engine).await;
    assert_eq!(
        (status(&engine, &arn).as_str(), statuses(&engine, &arn)),
        ("Failed", vec!["a Succeeded".to_owned(), "b Failed".to_owned()])
    );
    executor.failing.lock().unwrap().clear();
    retry(&engine, "r2").unwrap();
    retry(&engine, "r2").unwrap();
    idle(&engine).await;
    assert_eq!(status(&engine, &arn), "Succeeded");
    assert_eq!(steps(&engine, &arn)[1]["AttemptCount"], 2);
    let training = engine.describe_job(JobKind::Training, "nothing").unwrap_err();
    assert_eq!(training.to_string(), "Requested resource not found.");
}

#[tokio::test]
async fn pages_hold_while_the_list_grows() {
    let folder = tempfile::tempdir().unwrap();
    let executor = Arc::new(Pretend::default());
    let engine = open(folder.path(), &executor).await;
    let definition = json!({"Version": "2020-12-01", "Steps": [job("a", json!({}))]}).to_string();
    create(&engine, "p", &definition);
    let mut arns: Vec<String> =
        (0..7).map(|number| start(&engine, "p", &format!("t{number}")).unwrap()).collect();
    idle(&engine).await;
    let mut seen = Vec::new();
    let mut request = List { pipeline_name: Some("p".into()), max_results: Some(3), ..List::default() };
    loop {
        let response = engine.list_pipeline_executions(&request).unwrap();
        let summaries = response["PipelineExecutionSummaries"].as_array().unwrap();
        seen.extend(summaries.iter().map(|one| one["PipelineExecutionArn"].as_str().unwrap().to_owned()));
        let Some(token) = response["NextToken"].as_str() else { break };
        request.next_token = Some(token.to_owned());
        start(&engine, "p", &format!("more{}", seen.len())).unwrap();
    }
    seen.sort();
    arns.sort();
    assert_eq!(seen, arns);
    request.next_token = Some("nonsense".into());
    assert_eq!(engine.list_pipeline_executions(&request).unwrap_err().code(), "ValidationException");
    idle(&engine).await;
}

#[tokio::test]
async fn a_thousand_ready_steps_run_and_leave_nothing_behind_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let executor = Arc::new(Pretend::default());
    let engine = open(folder.path(), &executor).await;
    let steps: Vec<Value> = (0..1000).map(|number| job(&format!("s{number}"), json!({}))).collect();
    create(&engine, "wide", &json!({"Version": "2020-12-01", "Steps": steps}).to_string());
    let arn = start(&engine, "wide", "one").unwrap();
    idle(&engine).await;
    assert_eq!(status(&engine, &arn), "Succeeded");
    assert_eq!(executor.started.lock().unwrap().len(), 1000);
    assert!(super::driver::lock(&engine.inner.active).is_empty());
}
