"""Condition and fail steps."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from kit import definitions
from kit.definitions import (
    compare,
    condition,
    fail,
    get,
    join,
    parameter,
    processing,
    processing_output,
    property_file,
    property_of,
)
from kit.service import Service

PARAMETERS = [
    parameter("N", "Integer", 5),
    parameter("S", "String", "blue"),
    parameter("B", "Boolean", True),
    parameter("F", "Float", 0.1),
]
N, S, B, F = (get(f"Parameters.{name}") for name in "NSBF")


@pytest.mark.parametrize(
    ("conditions", "outcome"),
    [
        ([compare("Equals", N, 5)], "True"),
        ([compare("Equals", S, "red")], "False"),
        ([compare("Equals", B, True)], "True"),
        ([compare("GreaterThan", N, 5)], "False"),
        ([compare("GreaterThanOrEqualTo", N, 5)], "True"),
        ([compare("LessThan", F, N)], "True"),
        ([compare("LessThanOrEqualTo", N, 4.5)], "False"),
        ([{"Type": "In", "QueryValue": S, "Values": ["red", "blue"]}], "True"),
        ([{"Type": "In", "QueryValue": N, "Values": [1, 2]}], "False"),
        ([{"Type": "Not", "Condition": compare("Equals", S, "red")}], "True"),
        ([{"Type": "Or", "Conditions": [compare("Equals", N, 1), compare("Equals", S, "blue")]}], "True"),
        ([compare("Equals", N, 5), compare("Equals", S, "red")], "False"),
    ],
    ids=[
        "equal-numbers",
        "unequal-texts",
        "equal-booleans",
        "greater",
        "greater-or-equal",
        "less-across-types",
        "less-or-equal",
        "in",
        "not-in",
        "not",
        "or",
        "all-of-several",
    ],
)
def test_a_condition_takes_one_way(aws: Service, conditions: list[dict[str, Any]], outcome: str) -> None:
    steps = [condition("which", conditions, [processing("yes")], [processing("no")])]
    arn = aws.run(steps, parameters=PARAMETERS)
    assert aws.status(arn) == "Succeeded"
    taken = "yes" if outcome == "True" else "no"
    assert aws.states(arn) == {"which": "Succeeded", taken: "Succeeded"}
    assert aws.steps(arn)["which"]["Metadata"] == {"Condition": {"Outcome": outcome}}


def test_a_condition_reads_what_a_step_wrote(aws: Service) -> None:
    target = join("/", "s3://sagewright/branches", get("Execution.PipelineExecutionId"))
    evaluate = processing(
        "evaluate",
        'echo "{\\"metrics\\": [{\\"mse\\": $MSE}]}" >$ML/processing/out/e.json',
        outputs=[processing_output("o", target, "out")],
        environment={"MSE": join("", get("Parameters.Mse"))},
        PropertyFiles=[property_file("E", "o", "e.json")],
    )
    test = compare("LessThanOrEqualTo", property_of("evaluate", "E", "metrics[0].mse"), 6.0)
    name = aws.create(
        [evaluate, condition("good", [test], [processing("register")], [fail("too-bad", "mse too high")])],
        parameters=[parameter("Mse", "Float", 4.5)],
    )
    arn = aws.start(name)
    assert aws.wait(arn) == "Succeeded"
    assert list(aws.steps(arn)) == ["evaluate", "good", "register"]

    arn = aws.start(name, {"Mse": 6.5})
    assert aws.wait(arn) == "Failed"
    assert aws.states(arn) == {"evaluate": "Succeeded", "good": "Succeeded", "too-bad": "Failed"}
    assert aws.steps(arn)["too-bad"]["Metadata"] == {"Fail": {"ErrorMessage": "mse too high"}}


def test_branches_have_order_of_their_own(aws: Service) -> None:
    then = [processing("second", DependsOn=["first"]), processing("first")]
    steps = [
        processing("before"),
        condition("which", [compare("Equals", N, 5)], then, [], DependsOn=["before"]),
    ]
    arn = aws.run(steps, parameters=PARAMETERS)
    assert list(aws.steps(arn)) == ["before", "which", "first", "second"]
    assert aws.status(arn) == "Succeeded"


def test_an_empty_branch_is_a_way_too(aws: Service) -> None:
    arn = aws.run([condition("which", [compare("Equals", N, 1)], [processing("yes")], [])], parameters=PARAMETERS)
    assert aws.status(arn) == "Succeeded"
    assert aws.states(arn) == {"which": "Succeeded"}


def test_a_condition_that_cannot_compare_fails(aws: Service) -> None:
    steps = [condition("which", [compare("GreaterThan", S, 5)], [processing("yes")], [processing("no")])]
    arn = aws.run(steps, parameters=PARAMETERS)
    assert aws.status(arn) == "Failed"
    assert aws.states(arn) == {"which": "Failed"}
    assert "blue" in aws.steps(arn)["which"]["FailureReason"]


def test_a_fail_step_ends_the_execution_for_good(aws: Service) -> None:
    message = join(" ", "more than", join("", N))
    arn = aws.run([processing("first"), fail("end", message, DependsOn=["first"])], parameters=PARAMETERS)
    assert aws.status(arn) == "Failed"
    step = aws.steps(arn)["end"]
    assert step["StepStatus"] == "Failed"
    assert step["Metadata"] == {"Fail": {"ErrorMessage": "more than 5"}}
    with pytest.raises(ClientError, match=r"(ValidationException|ConflictException)"):
        aws.retry(arn)


def test_the_outcome_can_be_joined_into_text(aws: Service) -> None:
    steps = [
        condition("which", [compare("Equals", N, 5)], [], []),
        definitions.fail("end", join("", "outcome ", get("Steps.which.Outcome"))),
    ]
    arn = aws.run(steps, parameters=PARAMETERS)
    assert aws.steps(arn)["end"]["Metadata"] == {"Fail": {"ErrorMessage": "outcome true"}}
