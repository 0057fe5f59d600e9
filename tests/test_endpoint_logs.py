"""CloudWatch Logs: what jobs print."""

import re
from datetime import datetime, timezone

import pytest
from botocore.exceptions import ClientError

from kit.definitions import processing, training
from kit.gate import Gate
from kit.service import Service


def test_groups_and_streams_are_named_as_sagemaker_names_them(aws: Service) -> None:
    arn = aws.run([training("fit", "echo from training"), processing("make", "echo from processing")])
    groups = {group["logGroupName"] for group in aws.logs.describe_log_groups()["logGroups"]}
    assert {"/aws/sagemaker/TrainingJobs", "/aws/sagemaker/ProcessingJobs"} <= groups
    for step, group in (("fit", "/aws/sagemaker/TrainingJobs"), ("make", "/aws/sagemaker/ProcessingJobs")):
        name = aws.job_name(arn, step)
        (stream,) = aws.logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{name}/")["logStreams"]
        assert re.fullmatch(rf"{name}/algo-1-\d{{10}}", stream["logStreamName"])
    assert aws.output(arn, "fit") == "from training"
    assert aws.output(arn, "make") == "from processing"


def test_both_streams_of_a_process_are_kept_in_order(aws: Service) -> None:
    arn = aws.run([processing("make", "echo one; echo two >&2; echo; printf 'no newline'")])
    # CloudWatch has no empty events: an empty line is a blank.
    assert aws.output(arn, "make").split("\n") == ["one", "two", " ", "no newline"]


def test_events_have_times_and_pages(aws: Service) -> None:
    arn = aws.run([processing("make", "i=0; while [ $i -lt 50 ]; do echo line $i; i=$((i+1)); done")])
    group = "/aws/sagemaker/ProcessingJobs"
    name = aws.job_name(arn, "make")
    (stream,) = aws.logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=name)["logStreams"]
    request = {"logGroupName": group, "logStreamName": stream["logStreamName"], "startFromHead": True, "limit": 20}
    lines: list[str] = []
    token = None
    for _ in range(10):
        page = aws.logs.get_log_events(**request, **({"nextToken": token} if token else {}))
        lines += [event["message"] for event in page["events"]]
        if page["nextForwardToken"] == token:
            break
        token = page["nextForwardToken"]
    assert lines == [f"line {number}" for number in range(50)]
    now = datetime.now(timezone.utc).timestamp() * 1000
    page = aws.logs.get_log_events(**request)
    times = [event["timestamp"] for event in page["events"]]
    assert times == sorted(times)
    assert now - 120_000 < times[0] <= now
    # Without `startFromHead` the newest come.
    newest = aws.logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"], limit=5)
    assert [event["message"] for event in newest["events"]] == [f"line {number}" for number in range(45, 50)]


def test_logs_can_be_read_while_the_job_runs(aws: Service, gate: Gate) -> None:
    script = "echo before; " + gate.wait("g") + "echo after"
    arn = aws.start(aws.create([processing("make", script, environment=gate.environment)]))
    gate.wait_for("g")
    assert aws.output(arn, "make") == "before"
    gate.open("g")
    aws.wait(arn)
    assert aws.output(arn, "make") == "before\nafter"


def test_the_logs_of_a_run_can_be_filtered(aws: Service) -> None:
    arn = aws.run([processing("a", "echo ok; echo ERROR in a"), processing("b", "echo ERROR in b")])
    prefix = f"pipelines-{arn.rsplit('/', 1)[-1]}"
    pages = aws.logs.get_paginator("filter_log_events").paginate(
        logGroupName="/aws/sagemaker/ProcessingJobs",
        logStreamNamePrefix=prefix,
        filterPattern="ERROR",
        PaginationConfig={"PageSize": 1},
    )
    events = [event for page in pages for event in page["events"]]
    assert sorted(event["message"] for event in events) == ["ERROR in a", "ERROR in b"]
    assert all(event["logStreamName"].startswith(prefix) for event in events)


def test_output_of_many_and_odd_bytes_survives(aws: Service) -> None:
    script = "head -c 300000 /dev/zero | tr '\\0' x; echo; printf '\\377\\376 bad bytes\\n'; printf 'ü ✓\\n'"
    arn = aws.run([processing("make", script)])
    assert aws.status(arn) == "Succeeded"
    lines = aws.output(arn, "make").splitlines()
    assert sum(line.count("x") for line in lines) == 300_000
    assert any("bad bytes" in line for line in lines)
    assert lines[-1] == "ü ✓"


def test_what_does_not_exist_is_not_found(aws: Service) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        aws.logs.describe_log_streams(logGroupName="/aws/sagemaker/Nothing")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        aws.logs.get_log_events(logGroupName="/aws/sagemaker/TrainingJobs", logStreamName="nobody/algo-1-1")
