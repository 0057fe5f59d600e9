"""Steps of an execution: order, parallelism, failures, values that flow between them."""

import json
from typing import Any

import pytest

from kit import definitions
from kit.definitions import get, join, processing, processing_output, property_file, property_of, training
from kit.gate import Gate
from kit.service import Service


def test_a_step_waits_for_the_steps_it_depends_on(aws: Service, gate: Gate) -> None:
    steps = [
        processing("last", gate.mark("last"), DependsOn=["middle", "first"], environment=gate.environment),
        processing("middle", gate.wait("middle"), DependsOn=["first"], environment=gate.environment),
        processing("first", gate.wait("first"), environment=gate.environment),
    ]
    arn = aws.start(aws.create(steps))
    gate.wait_for("first")
    # Steps that have not started are not in the list: SageMaker has no state for them.
    assert list(aws.steps(arn)) == ["first"]
    gate.open("first")
    gate.wait_for("middle")
    assert list(aws.steps(arn)) == ["first", "middle"]
    assert gate.arrivals("last") == 0
    gate.open("middle")
    assert aws.wait(arn) == "Succeeded"
    steps_by_name = aws.steps(arn)
    assert list(steps_by_name) == ["first", "middle", "last"]
    for earlier, later in (("first", "middle"), ("middle", "last")):
        assert steps_by_name[earlier]["EndTime"] <= steps_by_name[later]["StartTime"]


def test_steps_are_listed_newest_first_in_pages(aws: Service) -> None:
    names = [f"s{number}" for number in range(5)]
    steps = [processing(name, DependsOn=names[:index][-1:]) for index, name in enumerate(names)]
    arn = aws.run(steps)
    pages = aws.sagemaker.get_paginator("list_pipeline_execution_steps").paginate(
        PipelineExecutionArn=arn, PaginationConfig={"PageSize": 2}
    )
    sizes: list[int] = []
    listed: list[str] = []
    for page in pages:
        sizes.append(len(page["PipelineExecutionSteps"]))
        listed.extend(step["StepName"] for step in page["PipelineExecutionSteps"])
    assert listed == names[::-1]
    assert sizes == [2, 2, 1]


def test_a_step_tells_all_about_itself(aws: Service) -> None:
    arn = aws.run([training("fit", DisplayName="the fit", Description="fits")])
    step = aws.steps(arn)["fit"]
    assert step["StepDisplayName"] == "the fit"
    assert step["StepDescription"] == "fits"
    assert step["StepStatus"] == "Succeeded"
    assert step["AttemptCount"] == 1
    assert step["StartTime"] <= step["EndTime"]
    assert list(step["Metadata"]) == ["TrainingJob"]
    assert ":training-job/pipelines-" in step["Metadata"]["TrainingJob"]["Arn"]


def test_ready_steps_run_side_by_side(aws: Service, gate: Gate) -> None:
    steps = [processing(f"s{number}", gate.wait("all"), environment=gate.environment) for number in range(3)]
    arn = aws.start(aws.create(steps))
    gate.wait_for("all", 3)
    assert set(aws.states(arn).values()) == {"Executing"}
    gate.open("all")
    assert aws.wait(arn) == "Succeeded"


@pytest.mark.parametrize("where", ["create", "start", "update"])
def test_the_number_of_parallel_steps_can_be_limited(aws: Service, gate: Gate, where: str) -> None:
    limit: dict[str, Any] = {"ParallelismConfiguration": {"MaxParallelExecutionSteps": 2}}
    steps = [processing(f"s{n}", gate.wait(f"g{n}"), environment=gate.environment) for n in range(4)]
    name = aws.create(steps, **(limit if where == "create" else {}))
    if where == "update":
        aws.sagemaker.update_pipeline(PipelineName=name, **limit)
    arn = aws.start(name, **(limit if where == "start" else {}))
    gate.wait_for("g0")
    gate.wait_for("g1")
    assert list(aws.steps(arn)) == ["s0", "s1"]
    gate.open("g0")
    gate.wait_for("g2")
    assert aws.states(arn) == {"s0": "Succeeded", "s1": "Executing", "s2": "Executing"}
    gate.open("g1", "g2", "g3")
    assert aws.wait(arn) == "Succeeded"


def test_the_limit_of_a_start_is_stronger_than_the_pipelines(aws: Service, gate: Gate) -> None:
    steps = [processing(f"s{n}", gate.wait(f"g{n}"), environment=gate.environment) for n in range(3)]
    name = aws.create(steps, ParallelismConfiguration={"MaxParallelExecutionSteps": 3})
    arn = aws.start(name, ParallelismConfiguration={"MaxParallelExecutionSteps": 1})
    gate.wait_for("g0")
    assert list(aws.steps(arn)) == ["s0"]
    gate.open("g0", "g1", "g2")
    assert aws.wait(arn) == "Succeeded"
    steps_by_name = aws.steps(arn)
    assert steps_by_name["s0"]["EndTime"] <= steps_by_name["s1"]["StartTime"]
    assert steps_by_name["s1"]["EndTime"] <= steps_by_name["s2"]["StartTime"]


def test_dependants_of_a_failed_step_never_start(aws: Service) -> None:
    steps = [
        processing("good", "echo fine"),
        processing("bad", "echo broken; exit 3"),
        processing("after-bad", DependsOn=["bad"]),
        processing("after-both", DependsOn=["good", "after-bad"]),
    ]
    arn = aws.run(steps)
    assert aws.status(arn) == "Failed"
    assert aws.states(arn) == {"good": "Succeeded", "bad": "Failed"}
    reason = aws.steps(arn)["bad"]["FailureReason"]
    assert "AlgorithmError" in reason
    assert "exit code: 3" in reason
    assert aws.execution(arn)["FailureReason"]


def test_steps_that_run_when_another_fails_are_waited_for(aws: Service, gate: Gate) -> None:
    steps = [
        processing("slow", gate.wait("slow"), environment=gate.environment),
        processing("bad", "exit 1"),
    ]
    arn = aws.start(aws.create(steps))
    gate.wait_for("slow")
    aws.wait_step(arn, "bad", "Failed")
    assert aws.status(arn) == "Executing"
    gate.open("slow")
    assert aws.wait(arn) == "Failed"
    assert aws.states(arn) == {"slow": "Succeeded", "bad": "Failed"}


def test_values_flow_by_references_and_joins(aws: Service) -> None:
    bucket = definitions.parameter("Bucket", "String", "flow")
    aws.put("s3://flow/.keep", b"")
    target = join("/", "s3:/", get("Parameters.Bucket"), get("Execution.PipelineExecutionId"), "numbers")
    make = processing(
        "make",
        "echo 42 >$ML/processing/out/n.txt",
        outputs=[processing_output("numbers", target, "out")],
    )
    output = get("Steps.make.ProcessingOutputConfig.Outputs['numbers'].S3Output.S3Uri")
    fit = training(
        "fit",
        "cp $ML/input/data/numbers/n.txt $ML/model/; echo $FROM",
        channels={"numbers": output},
        output="s3://flow/models",
        environment={"FROM": get("Steps.make.ProcessingJobName")},
    )
    check = processing(
        "check",
        "tar -xzOf $ML/processing/model/model.tar.gz n.txt; echo $TYPE $COUNT",
        inputs=[definitions.processing_input("model", get("Steps.fit.ModelArtifacts.S3ModelArtifacts"), "model")],
        environment={
            "TYPE": get("Steps.fit.ResourceConfig.InstanceType"),
            "COUNT": join("", get("Steps.fit.ResourceConfig.InstanceCount")),
        },
    )
    # References make the edges: nothing here says DependsOn.
    arn = aws.run([check, fit, make], parameters=[bucket])
    assert aws.states(arn) == {"make": "Succeeded", "fit": "Succeeded", "check": "Succeeded"}
    assert aws.output(arn, "fit") == aws.job_name(arn, "make")
    assert aws.output(arn, "check") == "42\nml.m5.large 1"


def test_numbers_may_be_expressions(aws: Service) -> None:
    step = processing("only", "echo fine")
    cluster = step["Arguments"]["ProcessingResources"]["ClusterConfig"]
    cluster["VolumeSizeInGB"] = get("Parameters.Volume")
    arn = aws.run([step], {"Volume": 55}, parameters=[definitions.parameter("Volume", "Integer", 30)])
    assert aws.job(arn, "only")["ProcessingResources"]["ClusterConfig"]["VolumeSizeInGB"] == 55


def test_a_value_that_turns_out_too_long_fails_its_step(aws: Service) -> None:
    step = processing("only", environment={"KEY": join("", get("Parameters.Text"), "!")})
    arn = aws.run([step], {"Text": "x" * 256}, parameters=[definitions.parameter("Text", "String", "")])
    assert aws.status(arn) == "Failed"
    failed = aws.steps(arn)["only"]
    # The job was refused: there is none to speak of.
    assert failed["Metadata"] == {}
    assert failed["FailureReason"].startswith("ClientError: Failed to invoke sagemaker:CreateProcessingJob.")
    assert "256" in failed["FailureReason"]


def test_more_than_ten_inputs_are_refused_when_the_job_is_made(aws: Service) -> None:
    inputs = [definitions.processing_input(f"i{number}", "s3://sagewright/x", f"in/{number}") for number in range(11)]
    arn = aws.run([processing("only", inputs=inputs)])
    assert aws.states(arn) == {"only": "Failed"}
    assert "CreateProcessingJob" in aws.steps(arn)["only"]["FailureReason"]


def test_a_json_file_can_be_read_in_three_ways(aws: Service) -> None:
    written = {"a": {"b": [1, {"c": "deep"}]}, "flag": True, "number": 1.5}
    target = join("/", "s3://sagewright/json", get("Execution.PipelineExecutionId"))
    write = processing(
        "write",
        "printf '%s' \"$DATA\" >$ML/processing/out/f.json",
        outputs=[processing_output("o", target, "out")],
        environment={"DATA": json.dumps(written)},
        PropertyFiles=[property_file("F", "o", "f.json")],
    )
    by_uri = {"Std:JsonGet": {"S3Uri": join("/", target, "f.json"), "Path": "number"}}
    show = processing(
        "show",
        'echo "$DEEP|$FLAG|$NUMBER"',
        environment={
            "DEEP": property_of("write", "F", "a.b[1].c"),
            "FLAG": join("", property_of("write", "F", "flag")),
            "NUMBER": join("", by_uri),
        },
        DependsOn=["write"],
    )
    arn = aws.run([write, show])
    assert aws.status(arn) == "Succeeded"
    assert aws.output(arn, "show") == "deep|true|1.5"


@pytest.mark.parametrize(
    ("script", "path", "mention"),
    [
        ("true", "x", "f.json"),
        ("echo '{' >$ML/processing/out/f.json", "x", "JSON"),
        ("echo '{\"y\": 1}' >$ML/processing/out/f.json", "x", "x"),
    ],
    ids=["no-file", "no-json", "no-such-path"],
)
def test_a_json_file_that_cannot_be_read_fails_the_step(aws: Service, script: str, path: str, mention: str) -> None:
    target = join("/", "s3://sagewright/json", get("Execution.PipelineExecutionId"))
    write = processing(
        "write",
        script,
        outputs=[processing_output("o", target, "out")],
        PropertyFiles=[property_file("F", "o", "f.json")],
    )
    arn = aws.run([write, processing("show", environment={"X": join("", property_of("write", "F", path))})])
    assert aws.status(arn) == "Failed"
    assert aws.states(arn) == {"write": "Succeeded", "show": "Failed"}
    assert mention in aws.steps(arn)["show"]["FailureReason"]
