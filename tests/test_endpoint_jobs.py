"""Training and processing jobs: what Describe and List tell of them, and how they fail."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.exceptions import ClientError

from kit import definitions
from kit.definitions import processing, training
from kit.service import Service


def test_a_training_job_is_described_as_it_was_asked_for(aws: Service) -> None:
    step = training(
        "fit",
        "echo done >$ML/model/m",
        HyperParameters={"depth": "3"},
        environment={"KEY": "value"},
        ResourceConfig={
            "InstanceType": "ml.m5.xlarge",
            "InstanceCount": 1,
            "VolumeSizeInGB": 40,
            "KeepAlivePeriodInSeconds": 300,
        },
    )
    arn = aws.run([step])
    name = aws.job_name(arn, "fit")
    execution_id = arn.rsplit("/", 1)[-1]
    assert re.fullmatch(rf"pipelines-{execution_id}-fit-[A-Za-z0-9]{{10}}", name)
    job = aws.job(arn, "fit")
    assert job["TrainingJobName"] == name
    assert job["TrainingJobArn"] == f"arn:aws:sagemaker:us-east-1:000000000000:training-job/{name}"
    assert job["TrainingJobStatus"] == "Completed"
    assert job["SecondaryStatus"] == "Completed"
    assert job["ModelArtifacts"]["S3ModelArtifacts"] == f"s3://sagewright/models/{name}/output/model.tar.gz"
    assert job["HyperParameters"] == {"depth": "3"}
    assert job["Environment"] == {"KEY": "value"}
    for key in ("AlgorithmSpecification", "ResourceConfig", "OutputDataConfig", "RoleArn", "StoppingCondition"):
        assert_holds(job[key], step["Arguments"][key])
    times = [job[key] for key in ("CreationTime", "TrainingStartTime", "TrainingEndTime")]
    assert times == sorted(times)
    assert job["LastModifiedTime"] >= job["TrainingEndTime"] - timedelta(seconds=1)
    assert job["TrainingTimeInSeconds"] >= 0
    statuses = [entry["Status"] for entry in job["SecondaryStatusTransitions"]]
    assert statuses[-1] == "Completed"
    assert [status for status in statuses if status in {"Starting", "Downloading", "Training", "Uploading"}]


def test_a_processing_job_is_described_as_it_was_asked_for(aws: Service) -> None:
    step = processing(
        "make",
        "echo hello >$ML/output/message",
        outputs=[definitions.processing_output("o", "s3://sagewright/described", "out")],
        environment={"KEY": "value"},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
    )
    arn = aws.run([step])
    job = aws.job(arn, "make")
    name = job["ProcessingJobName"]
    assert job["ProcessingJobArn"] == f"arn:aws:sagemaker:us-east-1:000000000000:processing-job/{name}"
    assert job["ProcessingJobStatus"] == "Completed"
    assert job["ExitMessage"].strip() == "hello"
    assert "FailureReason" not in job
    for key in (
        "AppSpecification",
        "ProcessingResources",
        "ProcessingOutputConfig",
        "RoleArn",
        "StoppingCondition",
        "Environment",
    ):
        assert_holds(job[key], step["Arguments"][key])
    times = [job[key] for key in ("CreationTime", "ProcessingStartTime", "ProcessingEndTime")]
    assert times == sorted(times)


def assert_holds(described: Any, asked: Any) -> None:
    """Whether everything that was asked for is in the description, defaults beside it."""
    if isinstance(asked, dict):
        for key, value in asked.items():
            assert_holds(described[key], value)
    else:
        assert described == asked


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 1", "AlgorithmError: , exit code: 1"),
        ("echo the reason >$ML/output/failure; exit 5", "AlgorithmError: the reason, exit code: 5"),
        ("kill -SEGV $$", "exit code: 139"),
    ],
    ids=["exit", "failure-file", "signal"],
)
def test_a_failed_training_job_gives_its_reason(aws: Service, script: str, reason: str) -> None:
    arn = aws.run([training("fit", script)])
    job = aws.job(arn, "fit")
    assert job["TrainingJobStatus"] == "Failed"
    assert job["SecondaryStatus"] == "Failed"
    assert reason in " ".join(job["FailureReason"].split("\n"))
    assert job["FailureReason"] in aws.steps(arn)["fit"]["FailureReason"]


def test_a_failure_file_is_cut_to_1024_characters(aws: Service) -> None:
    arn = aws.run([training("fit", "head -c 3000 /dev/zero | tr '\\0' x >$ML/output/failure; exit 1")])
    reason = aws.job(arn, "fit")["FailureReason"]
    assert "x" * 900 in reason
    assert len(reason) <= 1024


def test_a_failed_processing_job_gives_its_reason_and_message(aws: Service) -> None:
    arn = aws.run([processing("make", "echo no data >$ML/output/message; exit 9")])
    job = aws.job(arn, "make")
    assert job["ProcessingJobStatus"] == "Failed"
    assert "AlgorithmError" in job["FailureReason"]
    assert job["ExitMessage"].strip() == "no data"
    assert job["FailureReason"] in aws.steps(arn)["make"]["FailureReason"]


def test_an_entry_point_that_does_not_exist_fails_its_job(aws: Service) -> None:
    arn = aws.run([processing("make", entry_point=["/nowhere/at-all"])])
    job = aws.job(arn, "make")
    assert job["ProcessingJobStatus"] == "Failed"
    assert "127" in job["FailureReason"] or "/nowhere/at-all" in job["FailureReason"]


@pytest.mark.parametrize("make", [training, processing], ids=["training", "processing"])
def test_a_job_ends_at_its_time_limit(aws: Service, make: Any) -> None:
    step = make("slow", "trap 'echo told to end; exit 0' TERM; while :; do sleep 0.02; done")
    step["Arguments"]["StoppingCondition"] = {"MaxRuntimeInSeconds": 1}
    arn = aws.run([step])
    assert aws.status(arn) == "Failed"
    job = aws.job(arn, "slow")
    if make is training:
        # SageMaker calls this stopped, not failed; for the pipeline it is no success either way.
        assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    else:
        assert job["ProcessingJobStatus"] in {"Stopped", "Failed"}
    assert "told to end" in aws.output(arn, "slow")


def test_jobs_are_listed_and_found(aws: Service) -> None:
    before = datetime.now(timezone.utc) - timedelta(minutes=1)
    arn = aws.run([training("a"), processing("b"), training("c", "exit 1")])
    execution_id = arn.rsplit("/", 1)[-1]

    def training_jobs(**options: Any) -> set[str]:
        pages = aws.sagemaker.get_paginator("list_training_jobs").paginate(
            NameContains=execution_id, PaginationConfig={"PageSize": 1}, **options
        )
        return {job["TrainingJobName"] for page in pages for job in page["TrainingJobSummaries"]}

    both = {aws.job_name(arn, "a"), aws.job_name(arn, "c")}
    assert training_jobs() == both
    assert training_jobs(StatusEquals="Completed") == {aws.job_name(arn, "a")}
    assert training_jobs(StatusEquals="Failed", CreationTimeAfter=before) == {aws.job_name(arn, "c")}
    assert training_jobs(CreationTimeBefore=before) == set()
    assert training_jobs(SortBy="Name", SortOrder="Ascending") == both
    (job,) = aws.sagemaker.list_processing_jobs(NameContains=execution_id)["ProcessingJobSummaries"]
    assert job["ProcessingJobName"] == aws.job_name(arn, "b")
    assert job["ProcessingJobStatus"] == "Completed"


def test_an_unknown_job_is_refused(aws: Service) -> None:
    calls: list[Callable[[], object]] = [
        lambda: aws.sagemaker.describe_training_job(TrainingJobName="nobody"),
        lambda: aws.sagemaker.describe_processing_job(ProcessingJobName="nobody"),
        lambda: aws.sagemaker.stop_training_job(TrainingJobName="nobody"),
        lambda: aws.sagemaker.stop_processing_job(ProcessingJobName="nobody"),
    ]
    for call in calls:
        with pytest.raises(ClientError, match=r"(ResourceNotFound|ValidationException).*(?i:not)"):
            call()


def test_jobs_carry_the_executions_tags(aws: Service) -> None:
    arn = aws.run([training("fit", Tags=[{"Key": "team", "Value": "ml"}])])
    tags = aws.sagemaker.list_tags(ResourceArn=aws.steps(arn)["fit"]["Metadata"]["TrainingJob"]["Arn"])["Tags"]
    found = {tag["Key"]: tag["Value"] for tag in tags}
    assert found["team"] == "ml"
    assert found["sagemaker:pipeline-execution-arn"] == arn
