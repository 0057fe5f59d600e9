"""Definitions that the SageMaker SDK and ZenML wrote are accepted as they are, and run."""

import itertools
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kit.endpoint import Endpoint
from kit.places import BIN, FOREIGN, SAGEWRIGHT
from kit.service import Service

Start = Callable[..., Endpoint]


@pytest.fixture
def abalone(aws: Service) -> str:
    """The SDK's pipeline, with its containers' code where the definition looks for it."""
    for path in sorted((FOREIGN / "abalone").glob("*.py")):
        aws.put(f"s3://acme/code/{path.name}", path.read_bytes())
    return aws.create((FOREIGN / "sdk-abalone.json").read_text())


def test_the_sdks_pipeline_takes_the_good_branch(aws: Service, abalone: str) -> None:
    arn = aws.start(abalone)
    status = aws.wait(arn)
    assert status == "Succeeded", {name: step.get("FailureReason") for name, step in aws.steps(arn).items()}
    assert list(aws.steps(arn)) == ["prepare", "fit", "evaluate", "good-enough", "register"]
    assert aws.steps(arn)["good-enough"]["Metadata"] == {"Condition": {"Outcome": "True"}}
    assert aws.output(arn, "prepare") == "100 rows prepared"
    assert aws.output(arn, "fit") == "fitted 100 points, slope 3.00"
    assert aws.output(arn, "register") == "registered"
    execution_id = arn.rsplit("/", 1)[-1]
    evaluation = json.loads(aws.read(f"s3://acme/abalone/{execution_id}/evaluate/output/eval/evaluation.json"))
    assert 3.5 < evaluation["mse"] < 4.5


def test_the_sdks_pipeline_takes_the_bad_branch(aws: Service, abalone: str) -> None:
    arn = aws.start(abalone, {"Threshold": 1.5})
    assert aws.wait(arn) == "Failed"
    assert aws.states(arn) == {
        "prepare": "Succeeded",
        "fit": "Succeeded",
        "evaluate": "Succeeded",
        "good-enough": "Succeeded",
        "too-bad": "Failed",
    }
    assert aws.steps(arn)["good-enough"]["Metadata"] == {"Condition": {"Outcome": "False"}}
    assert aws.steps(arn)["too-bad"]["Metadata"] == {"Fail": {"ErrorMessage": "mse above 1.5"}}


def test_the_sdks_pipeline_takes_its_other_parameters(aws: Service, abalone: str) -> None:
    for path in sorted((FOREIGN / "abalone").glob("*.py")):
        aws.put(f"s3://elsewhere/{path.name}", path.read_bytes())
    arn = aws.start(abalone, {"Rows": 30, "Bucket": "elsewhere"})
    assert aws.wait(arn) == "Succeeded"
    assert aws.output(arn, "fit").startswith("fitted 30 points")
    assert aws.keys(f"s3://elsewhere/runs/{arn.rsplit('/', 1)[-1]}/train") == ["abalone.csv"]


def test_zenmls_chain_runs(start_endpoint: Start, tmp_path: Path) -> None:
    # Programs beside the endpoint come first for jobs; beside this one is none, so that `python` is the image's.
    program = tmp_path / "bin/sagewright"
    program.parent.mkdir()
    shutil.copy(SAGEWRIGHT, program)
    path = os.pathsep.join([str(FOREIGN / "zenml-image/bin"), str(BIN), os.environ["PATH"]])
    aws = Service(start_endpoint(program=program, PATH=path))
    aws.s3.create_bucket(Bucket="sagemaker-us-east-1-123456789012")
    arn = aws.run((FOREIGN / "zenml-chain-10.json").read_text())
    assert aws.status(arn) == "Succeeded", {name: s.get("FailureReason") for name, s in aws.steps(arn).items()}
    names = ["one", *(f"one_{number}" for number in range(2, 11))]
    assert list(aws.steps(arn)) == names
    for name in names:
        assert aws.output(arn, name) == f"step {name} of run {arn.rsplit('/', 1)[-1]}"
    ends = [(step["StartTime"], step["EndTime"]) for step in aws.steps(arn).values()]
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(ends))


@pytest.mark.parametrize("name", ["sdk-abalone", "zenml-chain-10"])
def test_the_definitions_are_what_the_tools_write(name: str) -> None:
    definition: dict[str, Any] = json.loads((FOREIGN / f"{name}.json").read_text())
    assert definition["Version"] == "2020-12-01"
    # The marks of the tools, which nothing of this project writes.
    assert definition["PipelineExperimentConfig"]["ExperimentName"] == {"Get": "Execution.PipelineName"}
    training = next(step for step in definition["Steps"] if step["Type"] == "Training")
    assert training["Arguments"]["ProfilerConfig"]["DisableProfiler"] is False
    assert training["Arguments"]["DebugHookConfig"]["CollectionConfigurations"] == []
