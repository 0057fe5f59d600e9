"""Definitions that SageMaker would refuse are refused when they are created, by name of what is wrong."""

import copy
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from kit import definitions
from kit.definitions import get, processing, training
from kit.service import Service

Change = Any


def refused(aws: Service, definition: str) -> str:
    """The message of the refusal."""
    with pytest.raises(ClientError) as error:
        aws.create(definition)
    assert error.value.response["Error"]["Code"] == "ValidationException"
    message: str = error.value.response["Error"]["Message"]
    return message


def changed(change: Change) -> str:
    """A good definition of two steps, then changed."""
    document = copy.deepcopy(
        definitions.document(
            [processing("first"), training("second", DependsOn=["first"])],
            [definitions.parameter("Rows", "Integer", 3)],
        )
    )
    change(document, document["Steps"][0], document["Steps"][1])
    return json.dumps(document)


def test_the_unchanged_definition_is_accepted(aws: Service) -> None:
    aws.create(changed(lambda *_: None))


@pytest.mark.parametrize(
    ("change", "mention"),
    [
        (lambda d, a, b: d.update(Extra=1), "Extra"),
        (lambda d, a, b: d.update(Version="2021-01-01"), "2021-01-01"),
        (lambda d, a, b: d.pop("Steps"), "Steps"),
        (lambda d, a, b: d.update(Steps=[]), "Steps"),
        (lambda d, a, b: a.update(Retries=1), "Retries"),
        (lambda d, a, b: a.update(Type="Procesing"), "Procesing"),
        (lambda d, a, b: a.pop("Type"), "Type"),
        (lambda d, a, b: a.update(Name="under the sea"), "under the sea"),
        (lambda d, a, b: a.update(Name="x" * 65), "x" * 65),
        (lambda d, a, b: a.update(Name="second"), "second"),
        (lambda d, a, b: a.pop("Arguments"), "Arguments"),
        (lambda d, a, b: b.update(DependsOn=["nobody"]), "nobody"),
        (lambda d, a, b: a.update(DependsOn=["second"]), "second"),
        (lambda d, a, b: a.update(DependsOn=["first"]), "first"),
        (lambda d, a, b: d["Parameters"].append({"Name": "Rows", "Type": "String"}), "Rows"),
        (lambda d, a, b: d["Parameters"].append({"Name": "x", "Type": "Number"}), "Number"),
        (lambda d, a, b: d["Parameters"][0].update(DefaultValue="three"), "Rows"),
        (lambda d, a, b: d["Parameters"][0].update(Default=4), "Default"),
    ],
    ids=[
        "unknown-key",
        "unknown-version",
        "no-steps",
        "empty-steps",
        "unknown-step-key",
        "unknown-type",
        "no-type",
        "name-with-blanks",
        "name-too-long",
        "name-twice",
        "no-arguments",
        "depends-on-nobody",
        "cycle",
        "cycle-of-one",
        "parameter-twice",
        "parameter-type",
        "parameter-default",
        "parameter-key",
    ],
)
def test_a_wrong_document_is_refused(aws: Service, change: Change, mention: str) -> None:
    assert mention in refused(aws, changed(change))


@pytest.mark.parametrize(
    ("change", "mention"),
    [
        (lambda a, b: a.update(ProcessingJobNam="x"), "ProcessingJobNam"),
        (lambda a, b: a.pop("RoleArn"), "RoleArn"),
        (lambda a, b: a.update(RoleArn=17), "RoleArn"),
        (lambda a, b: a.update(RoleArn="short"), "RoleArn"),
        (lambda a, b: a["AppSpecification"].update(ContainerEntrypoint=[]), "ContainerEntrypoint"),
        (lambda a, b: a["AppSpecification"].update(ContainerEntrypoint=["x" * 257]), "ContainerEntrypoint"),
        (lambda a, b: a["AppSpecification"].update(ContainerArguments=["x"] * 101), "ContainerArguments"),
        (lambda a, b: a["AppSpecification"].update(ImageUri="x" * 256), "ImageUri"),
        (lambda a, b: a.update(Environment={"KEY": "x" * 257}), "Environment"),
        (lambda a, b: a.update(Environment={"1KEY": "x"}), "1KEY"),
        (lambda a, b: a.update(Environment={f"K{n}": "x" for n in range(101)}), "Environment"),
        (lambda a, b: a["ProcessingResources"]["ClusterConfig"].pop("VolumeSizeInGB"), "VolumeSizeInGB"),
        (lambda a, b: a["ProcessingResources"]["ClusterConfig"].update(VolumeSizeInGB=0), "VolumeSizeInGB"),
        (lambda a, b: a.update(StoppingCondition={"MaxRuntimeInSeconds": 777_601}), "MaxRuntimeInSeconds"),
        (lambda a, b: b.update(Environment={"KEY": "x" * 513}), "Environment"),
        (lambda a, b: b["AlgorithmSpecification"].pop("TrainingInputMode"), "TrainingInputMode"),
        (lambda a, b: b["AlgorithmSpecification"].update(TrainingInputMode="Tape"), "Tape"),
        (lambda a, b: b.pop("OutputDataConfig"), "OutputDataConfig"),
        (lambda a, b: b["ResourceConfig"].update(KeepAlivePeriodInSeconds=21_601), "KeepAlivePeriodInSeconds"),
        (lambda a, b: b.update(HyperParameters={"k": "x" * 2501}), "HyperParameters"),
        (lambda a, b: b.update(HyperParameters={"k": 3}), "HyperParameters"),
        (lambda a, b: b.update(InputDataConfig=[]), "InputDataConfig"),
        (lambda a, b: b.update(Tags=[{"Key": "k"}]), "Value"),
        (lambda a, b: a["Environment"].update(X=get("Parameters.Row")), "Row"),
        (lambda a, b: a["Environment"].update(X=get("Steps.third.ProcessingJobName")), "third"),
        (lambda a, b: a["Environment"].update(X=get("Execution.Nothing")), "Execution.Nothing"),
        (lambda a, b: a["Environment"].update(X={"Std:Split": {}}), "Std:Split"),
        (lambda a, b: a["Environment"].update(X=get("Steps.second.TrainingJobName")), "second"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_wrong_arguments_are_refused(aws: Service, change: Change, mention: str) -> None:
    def apply(_: Any, first: Any, second: Any) -> None:
        first["Arguments"]["Environment"] = {}
        change(first["Arguments"], second["Arguments"])

    # SageMaker writes members with a small first letter in its messages.
    assert mention.lower() in refused(aws, changed(apply)).lower()


def test_values_at_the_limit_are_accepted(aws: Service) -> None:
    limits = {"KEY": "x" * 256, **{f"K{number}": "x" for number in range(99)}}
    aws.create([processing("p", environment=limits), training("t", environment={"KEY": "x" * 512})])
    aws.create([processing("x" * 64)])


def test_all_wrong_keys_and_values_are_named_at_once(aws: Service) -> None:
    def wrong(document: Any, first: Any, second: Any) -> None:
        document["Extra"] = 1
        first["Arguments"].pop("RoleArn")
        second["Arguments"]["OutputDataConfig"] = {}

    message = refused(aws, changed(wrong)).lower()
    for mention in ("extra", "rolearn", "s3outputpath"):
        assert mention in message


@pytest.mark.parametrize("text", ["{", "[]", "null", '"text"', "[" * 3000], ids=lambda text: text[:6])
def test_what_is_no_json_object_is_refused(aws: Service, text: str) -> None:
    assert refused(aws, text)


def test_branches_are_checked_too(aws: Service) -> None:
    test = definitions.compare("Equals", get("Parameters.P"), "x")
    inner = definitions.condition("inner", [test], [processing("a")], [])
    parameters = [definitions.parameter("P", "String", "x")]
    nested = definitions.text([definitions.condition("outer", [test], [inner], [])], parameters)
    assert "IfSteps[0]" in refused(aws, nested)
    waits_for_condition = definitions.text(
        [
            definitions.condition("which", [test], [processing("a")], []),
            processing("after", DependsOn=["which"]),
        ],
        parameters,
    )
    assert "which" in refused(aws, waits_for_condition)
    waits_for_fail = definitions.text(
        [definitions.fail("end", "no"), processing("after", DependsOn=["end"])], parameters
    )
    assert "end" in refused(aws, waits_for_fail)
    twice = definitions.text([definitions.condition("which", [test], [processing("a")], [processing("a")])], parameters)
    assert "a" in refused(aws, twice)


def test_a_property_file_must_name_an_output(aws: Service) -> None:
    step = processing("p", PropertyFiles=[definitions.property_file("F", "nowhere", "f.json")])
    assert "nowhere" in refused(aws, definitions.text([step]))


def test_a_step_kind_that_the_endpoint_does_not_run_is_named(aws: Service) -> None:
    step = {"Name": "call", "Type": "Lambda", "FunctionArn": "arn", "Arguments": {}}
    message = refused(aws, definitions.text([step]))
    assert "Lambda" in message
    assert "call" in message
