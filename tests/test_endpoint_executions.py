"""Executions: start, describe, list, parameters, definition, update."""

import json
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timezone

import pytest
from botocore.exceptions import ClientError

from kit import definitions
from kit.definitions import get, join, parameter, processing
from kit.gate import Gate
from kit.service import Service, token

ECHO = processing("echo", 'echo "$A|$B|$C|$D"', environment={
    "A": get("Parameters.A"),
    "B": join("", get("Parameters.B")),
    "C": join("", get("Parameters.C")),
    "D": join("", get("Parameters.D")),
})  # fmt: skip
PARAMETERS = [
    parameter("A", "String", "text"),
    parameter("B", "Integer", 7),
    parameter("C", "Float", 0.5),
    parameter("D", "Boolean", True),
]


def test_an_execution_tells_how_it_came_out(aws: Service) -> None:
    name = aws.create([processing("only")])
    arn = aws.start(name, PipelineExecutionDisplayName="the-first", PipelineExecutionDescription="because")
    pattern = rf"arn:aws:sagemaker:us-east-1:000000000000:pipeline/{name}/execution/[a-z0-9]{{12}}"
    assert re.fullmatch(pattern, arn)
    assert aws.wait(arn) == "Succeeded"
    described = aws.execution(arn)
    assert described["PipelineExecutionArn"] == arn
    assert described["PipelineExecutionDisplayName"] == "the-first"
    assert described["PipelineExecutionDescription"] == "because"
    assert "FailureReason" not in described
    assert described["CreationTime"] <= described["LastModifiedTime"] <= datetime.now(timezone.utc)
    assert aws.sagemaker.describe_pipeline(PipelineName=name)["LastRunTime"] >= described["CreationTime"]


def test_the_default_display_name_is_sagemakers(aws: Service) -> None:
    arn = aws.run([processing("only")])
    assert re.fullmatch(r"execution-\d{13}", aws.execution(arn)["PipelineExecutionDisplayName"])


def test_a_client_request_token_starts_once(aws: Service) -> None:
    name = aws.create([processing("only")])
    once = token()
    arns = {aws.start(name, ClientRequestToken=once) for _ in range(3)}
    assert len(arns) == 1
    assert aws.start(name) not in arns
    listed = aws.sagemaker.list_pipeline_executions(PipelineName=name)["PipelineExecutionSummaries"]
    assert len(listed) == 2


def test_parameters_have_defaults_and_can_be_given(aws: Service) -> None:
    arn = aws.run([ECHO], parameters=PARAMETERS)
    assert aws.output(arn, "echo") == "text|7|0.5|true"
    arn = aws.run([ECHO], {"A": "ü", "B": -3, "C": 1e3, "D": False}, parameters=PARAMETERS)
    assert aws.output(arn, "echo") == "ü|-3|1000.0|false"
    given = aws.sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)["PipelineParameters"]
    assert {entry["Name"]: entry["Value"] for entry in given} == {"A": "ü", "B": "-3", "C": "1000.0", "D": "False"}


@pytest.mark.parametrize(
    ("given", "mention"),
    [
        ({"Z": "1"}, "Z"),
        ({"B": "many"}, "B"),
        ({"B": "1.5"}, "B"),
        ({"C": "wide"}, "C"),
        ({"D": "perhaps"}, "D"),
        ({"A": "x" * 1025}, "1024"),
    ],
    ids=["unknown", "no-integer", "half-integer", "no-float", "no-boolean", "too-long"],
)
def test_a_wrong_parameter_starts_nothing(aws: Service, given: dict[str, str], mention: str) -> None:
    name = aws.create([ECHO], parameters=PARAMETERS)
    with pytest.raises(ClientError, match=rf"ValidationException.*{mention}"):
        aws.start(name, given)
    listed = aws.sagemaker.list_pipeline_executions(PipelineName=name)["PipelineExecutionSummaries"]
    assert listed == []


def test_a_parameter_without_a_default_has_to_be_given(aws: Service) -> None:
    step = processing("echo", "echo $A", environment={"A": get("Parameters.Needed")})
    name = aws.create([step], parameters=[parameter("Needed", "String")])
    with pytest.raises(ClientError, match=r"ValidationException.*Needed"):
        aws.start(name)
    arn = aws.start(name, {"Needed": "here"})
    assert aws.wait(arn) == "Succeeded"
    assert aws.output(arn, "echo") == "here"


def test_a_parameter_outside_its_list_is_refused(aws: Service) -> None:
    step = processing("echo", environment={"A": get("Parameters.Size")})
    name = aws.create([step], parameters=[parameter("Size", "String", "s", EnumValues=["s", "m"])])
    with pytest.raises(ClientError, match=r"ValidationException.*Size"):
        aws.start(name, {"Size": "xl"})
    assert aws.wait(aws.start(name, {"Size": "m"})) == "Succeeded"


def test_executions_are_listed_in_pages(aws: Service) -> None:
    name = aws.create([processing("only")])
    arns = []
    for _ in range(5):
        arns.append(aws.start(name))
        aws.wait(arns[-1])

    def listed(**options: object) -> list[str]:
        pages = aws.sagemaker.get_paginator("list_pipeline_executions").paginate(PipelineName=name, **options)
        return [entry["PipelineExecutionArn"] for page in pages for entry in page["PipelineExecutionSummaries"]]

    assert listed() == arns[::-1]  # the newest first
    assert listed(SortOrder="Ascending", PaginationConfig={"PageSize": 2}) == arns
    assert listed(SortBy="PipelineExecutionArn", SortOrder="Ascending") == sorted(arns)
    (newest,) = aws.sagemaker.list_pipeline_executions(PipelineName=name, MaxResults=1)["PipelineExecutionSummaries"]
    assert newest["PipelineExecutionStatus"] == "Succeeded"
    assert newest["StartTime"]


def test_an_execution_keeps_the_definition_it_was_started_with(aws: Service, gate: Gate) -> None:
    before = definitions.text(
        [
            processing("waits", gate.wait("g"), environment=gate.environment),
            processing("before", "echo before", DependsOn=["waits"]),
        ]
    )
    name = aws.create(before)
    arn = aws.start(name)
    gate.wait_for("g")
    aws.sagemaker.update_pipeline(PipelineName=name, PipelineDefinition=definitions.text([processing("after")]))
    gate.open("g")
    assert aws.wait(arn) == "Succeeded"
    assert set(aws.steps(arn)) == {"waits", "before"}
    kept = aws.sagemaker.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn)
    assert json.loads(kept["PipelineDefinition"]) == json.loads(before)
    assert kept["CreationTime"]
    assert set(aws.steps(aws_run(aws, name))) == {"after"}


def aws_run(aws: Service, name: str) -> str:
    """Starts once more and waits."""
    arn = aws.start(name)
    aws.wait(arn)
    return arn


def test_an_execution_can_be_started_of_an_older_version(aws: Service) -> None:
    name = aws.create([processing("one")])
    versions = [
        aws.sagemaker.update_pipeline(PipelineName=name, PipelineDefinition=definitions.text([processing(step)]))[
            "PipelineVersionId"
        ]
        for step in ("two", "three")
    ]
    started = {version: aws.start(name, PipelineVersionId=version) for version in versions}
    newest = aws_run(aws, name)
    for arn in started.values():
        aws.wait(arn)
    assert [list(aws.steps(started[version])) for version in versions] == [["two"], ["three"]]
    assert list(aws.steps(newest)) == ["three"]
    assert aws.execution(started[versions[0]])["PipelineVersionId"] == versions[0]
    with pytest.raises(ClientError, match=r"(ValidationException|ResourceNotFound)"):
        aws.start(name, PipelineVersionId=99)


def test_an_execution_can_be_renamed_and_limited_while_it_runs(aws: Service, gate: Gate) -> None:
    arn = aws.start(aws.create([processing("waits", gate.wait("g"), environment=gate.environment)]))
    gate.wait_for("g")
    updated = aws.sagemaker.update_pipeline_execution(
        PipelineExecutionArn=arn,
        PipelineExecutionDisplayName="renamed",
        PipelineExecutionDescription="described",
        ParallelismConfiguration={"MaxParallelExecutionSteps": 2},
    )
    assert updated["PipelineExecutionArn"] == arn
    described = aws.execution(arn)
    assert described["PipelineExecutionDisplayName"] == "renamed"
    assert described["PipelineExecutionDescription"] == "described"
    assert described["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 2}
    assert described["PipelineExecutionStatus"] == "Executing"
    gate.open("g")
    assert aws.wait(arn) == "Succeeded"


def test_an_unknown_execution_is_not_found(aws: Service) -> None:
    name = aws.create([processing("only")])
    arn = f"arn:aws:sagemaker:us-east-1:000000000000:pipeline/{name}/execution/{uuid.uuid4().hex[:12]}"
    calls: list[Callable[[], object]] = [
        lambda: aws.execution(arn),
        lambda: aws.steps(arn),
        lambda: aws.stop(arn),
        lambda: aws.retry(arn),
        lambda: aws.sagemaker.update_pipeline_execution(PipelineExecutionArn=arn),
        lambda: aws.sagemaker.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn),
        lambda: aws.sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn),
    ]
    for call in calls:
        with pytest.raises(ClientError, match="ResourceNotFound"):
            call()


def test_execution_variables_have_their_values(aws: Service) -> None:
    names = ["PipelineExecutionId", "PipelineExecutionArn", "PipelineName", "PipelineArn", "StartDateTime"]
    step = processing("show", "env", environment={key: get(f"Execution.{key}") for key in names})
    name = aws.create([step])
    arn = aws.start(name)
    assert aws.wait(arn) == "Succeeded"
    seen = dict(line.split("=", 1) for line in aws.output(arn, "show").splitlines() if "=" in line)
    assert seen["PipelineExecutionArn"] == arn
    assert seen["PipelineExecutionId"] == arn.rsplit("/", 1)[-1]
    assert seen["PipelineName"] == name
    assert seen["PipelineArn"] == arn.rsplit("/execution/", 1)[0]
    assert seen["StartDateTime"].startswith(str(datetime.now(timezone.utc).year))
