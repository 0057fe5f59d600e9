"""Pipelines as resources: create, describe, update, list, delete."""

import json
import re
import uuid
from datetime import datetime, timezone

import pytest
from botocore.exceptions import ClientError

from kit import definitions
from kit.gate import Gate
from kit.service import Service, token

ONE_STEP = [definitions.processing("only")]


def test_a_pipeline_is_described_as_it_was_created(aws: Service) -> None:
    definition = definitions.text(ONE_STEP)
    name = f"Described-{uuid.uuid4().hex[:8]}"
    created = aws.sagemaker.create_pipeline(
        PipelineName=name,
        PipelineDisplayName="shown",
        PipelineDescription="what it does",
        PipelineDefinition=definition,
        RoleArn=definitions.ROLE,
        ClientRequestToken=token(),
        Tags=[{"Key": "team", "Value": "ml"}],
        ParallelismConfiguration={"MaxParallelExecutionSteps": 3},
    )
    # SageMaker writes names in ARNs in lower case.
    assert created["PipelineArn"] == f"arn:aws:sagemaker:us-east-1:000000000000:pipeline/{name.lower()}"

    described = aws.sagemaker.describe_pipeline(PipelineName=name)
    assert described["PipelineArn"] == created["PipelineArn"]
    assert described["PipelineName"] == name
    assert described["PipelineDisplayName"] == "shown"
    assert described["PipelineDescription"] == "what it does"
    assert json.loads(described["PipelineDefinition"]) == json.loads(definition)
    assert described["RoleArn"] == definitions.ROLE
    assert described["PipelineStatus"] == "Active"
    assert described["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 3}
    assert abs((described["CreationTime"] - datetime.now(timezone.utc)).total_seconds()) < 60
    assert described["CreationTime"] == described["LastModifiedTime"]
    assert "LastRunTime" not in described
    by_arn = aws.sagemaker.describe_pipeline(PipelineName=created["PipelineArn"])
    assert by_arn["PipelineName"] == name


def test_a_client_request_token_makes_creation_idempotent(aws: Service) -> None:
    request = {
        "PipelineName": f"twice-{uuid.uuid4().hex[:8]}",
        "PipelineDefinition": definitions.text(ONE_STEP),
        "RoleArn": definitions.ROLE,
        "ClientRequestToken": token(),
    }
    first = aws.sagemaker.create_pipeline(**request)
    assert aws.sagemaker.create_pipeline(**request)["PipelineArn"] == first["PipelineArn"]
    with pytest.raises(ClientError, match=r"(?i)ValidationException.*unique") as refused:
        aws.sagemaker.create_pipeline(**request | {"ClientRequestToken": token()})
    assert request["PipelineName"] in str(refused.value)


def test_an_update_replaces_what_it_names_and_nothing_else(aws: Service) -> None:
    name = aws.create(ONE_STEP, PipelineDescription="before", PipelineDisplayName="stays")
    definition = definitions.text([definitions.processing("other")])
    updated = aws.sagemaker.update_pipeline(
        PipelineName=name, PipelineDefinition=definition, PipelineDescription="after"
    )
    described = aws.sagemaker.describe_pipeline(PipelineName=name)
    assert updated["PipelineArn"] == described["PipelineArn"]
    assert json.loads(described["PipelineDefinition"]) == json.loads(definition)
    assert described["PipelineDescription"] == "after"
    assert described["PipelineDisplayName"] == "stays"
    assert described["LastModifiedTime"] >= described["CreationTime"]


def test_a_refused_update_changes_nothing(aws: Service) -> None:
    name = aws.create(ONE_STEP)
    before = aws.sagemaker.describe_pipeline(PipelineName=name)["PipelineDefinition"]
    with pytest.raises(ClientError, match="ValidationException"):
        aws.sagemaker.update_pipeline(PipelineName=name, PipelineDefinition="{}")
    assert aws.sagemaker.describe_pipeline(PipelineName=name)["PipelineDefinition"] == before


def test_a_definition_may_lie_in_s3(aws: Service) -> None:
    definition = definitions.text([definitions.processing("from-s3", "echo from s3")])
    aws.put("s3://definitions/p.json", definition.encode())
    name = f"in-s3-{uuid.uuid4().hex[:8]}"
    aws.sagemaker.create_pipeline(
        PipelineName=name,
        PipelineDefinitionS3Location={"Bucket": "definitions", "ObjectKey": "p.json"},
        RoleArn=definitions.ROLE,
        ClientRequestToken=token(),
    )
    described = aws.sagemaker.describe_pipeline(PipelineName=name)
    assert json.loads(described["PipelineDefinition"]) == json.loads(definition)
    assert aws.wait(aws.start(name)) == "Succeeded"


def test_a_definition_that_is_not_in_s3_is_refused(aws: Service) -> None:
    with pytest.raises(ClientError, match=r"(?i)(ValidationException|ResourceNotFound).*nothing-here"):
        aws.sagemaker.create_pipeline(
            PipelineName=f"no-s3-{uuid.uuid4().hex[:8]}",
            PipelineDefinitionS3Location={"Bucket": "sagewright", "ObjectKey": "nothing-here.json"},
            RoleArn=definitions.ROLE,
            ClientRequestToken=token(),
        )


@pytest.mark.parametrize(
    "call",
    [
        lambda aws: aws.sagemaker.describe_pipeline(PipelineName="missing"),
        lambda aws: aws.sagemaker.update_pipeline(PipelineName="missing", PipelineDescription="x"),
        lambda aws: aws.sagemaker.delete_pipeline(PipelineName="missing", ClientRequestToken=token()),
        lambda aws: aws.sagemaker.list_pipeline_executions(PipelineName="missing"),
        lambda aws: aws.start("missing"),
    ],
    ids=["describe", "update", "delete", "list-executions", "start"],
)
def test_an_unknown_pipeline_is_not_found(aws: Service, call: object) -> None:
    assert callable(call)
    with pytest.raises(ClientError, match=r"ResourceNotFound.*missing"):
        call(aws)


@pytest.mark.parametrize("name", ["under_score", "-dash", "dash-", "p" * 83, "blank in it"])
def test_a_name_that_sagemaker_would_refuse_is_refused(aws: Service, name: str) -> None:
    with pytest.raises(ClientError, match=r"(?i)ValidationException.*pipelineName"):
        aws.create(ONE_STEP, name=name)


def test_a_name_of_82_characters_is_the_longest(aws: Service) -> None:
    name = f"{uuid.uuid4().hex}{'x' * 50}"
    assert len(aws.create(ONE_STEP, name=name)) == 82
    assert aws.wait(aws.start(name)) == "Succeeded"


def test_pipelines_are_listed_in_pages(aws: Service) -> None:
    prefix = f"list-{uuid.uuid4().hex[:8]}"
    names = [aws.create(ONE_STEP, name=f"{prefix}-{number}") for number in range(5)]

    def listed(**options: object) -> list[str]:
        pages = aws.sagemaker.get_paginator("list_pipelines").paginate(PipelineNamePrefix=prefix, **options)
        return [summary["PipelineName"] for page in pages for summary in page["PipelineSummaries"]]

    assert listed(SortBy="Name", SortOrder="Ascending") == names
    assert listed(SortBy="Name", SortOrder="Descending") == names[::-1]
    assert listed(SortBy="CreationTime", SortOrder="Ascending", PaginationConfig={"PageSize": 2}) == names
    assert listed(PaginationConfig={"PageSize": 1}) == names[::-1]  # the newest first, as the API has it
    first = aws.sagemaker.list_pipelines(PipelineNamePrefix=prefix, MaxResults=2)
    assert len(first["PipelineSummaries"]) == 2
    assert set(first["PipelineSummaries"][0]) >= {"PipelineArn", "PipelineName", "RoleArn", "CreationTime"}


def test_a_made_up_page_token_is_refused(aws: Service) -> None:
    with pytest.raises(ClientError, match=r"(?i)ValidationException.*token"):
        aws.sagemaker.list_pipelines(NextToken="made up")


def test_a_deleted_pipeline_is_gone(aws: Service) -> None:
    name = aws.create(ONE_STEP)
    arn = aws.start(name)
    aws.wait(arn)
    assert aws.sagemaker.delete_pipeline(PipelineName=name, ClientRequestToken=token())["PipelineArn"]
    with pytest.raises(ClientError, match="ResourceNotFound"):
        aws.sagemaker.describe_pipeline(PipelineName=name)
    aws.create(ONE_STEP, name=name)
    described = aws.sagemaker.describe_pipeline(PipelineName=name)
    assert "LastRunTime" not in described


def test_a_pipeline_with_a_running_execution_is_not_deleted(aws: Service, gate: Gate) -> None:
    name = aws.create([definitions.processing("waits", gate.wait("g"), environment=gate.environment)])
    arn = aws.start(name)
    gate.wait_for("g")
    with pytest.raises(ClientError, match=re.escape(name)) as refused:
        aws.sagemaker.delete_pipeline(PipelineName=name, ClientRequestToken=token())
    assert refused.value.response["Error"]["Code"] == "ConflictException"
    gate.open("g")
    assert aws.wait(arn) == "Succeeded"


def test_tags_of_a_pipeline_can_be_listed(aws: Service) -> None:
    name = aws.create(ONE_STEP, Tags=[{"Key": "team", "Value": "ml"}])
    arn = aws.sagemaker.describe_pipeline(PipelineName=name)["PipelineArn"]
    assert aws.sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "ml"}]
    aws.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "test"}])
    aws.sagemaker.delete_tags(ResourceArn=arn, TagKeys=["team"])
    assert aws.sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "stage", "Value": "test"}]
