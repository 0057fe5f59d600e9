"""`sagewright plan` and `explain`: everything that can be known before anything runs."""

from typing import Any

import botocore.session
import pytest

from kit import conformance
from kit.command import Command
from kit.places import ROOT

PIPELINE = """
    from sagewright import pipeline, step
    from sagewright.aws import SagemakerOrchestratorSettings

    big = {"orchestrator": SagemakerOrchestratorSettings(instance_type="ml.m5.4xlarge", environment={"KEY": "value"})}
    processing = {
        "orchestrator": SagemakerOrchestratorSettings(
            use_training_step=False,
            input_data_s3_uri={"train": "s3://acme/in"},
            output_data_s3_uri="s3://acme/out",
        )
    }

    @step(settings=processing)
    def load_data(rows: int) -> list[int]:
        return list(range(rows))

    @step(settings=big)
    def train_model(data: list[int], depth: int) -> int:
        return depth

    @pipeline(settings={"orchestrator": SagemakerOrchestratorSettings(volume_size_in_gb=50)})
    def planned(rows: int = 3, depth: int = 2):
        train_model(load_data(rows), depth)
    """


def test_a_plan_is_a_table(command: Command) -> None:
    command.write("run.py", PIPELINE)
    done = command("plan", "run.py").expect(0)
    rows = [line.split() for line in done.stdout.splitlines() if line.strip()]
    load = next(row for row in rows if "load_data" in row)
    train = next(row for row in rows if "train_model" in row)
    assert load[1:3] == ["Processing", "ml.t3.medium"]
    assert train[1:3] == ["Training", "ml.m5.4xlarge"]
    assert "load_data" in train[3:] or "load-data" in train[3:]
    assert not command.home.exists(), "a plan has no side effects"


def test_a_plan_is_data_too(command: Command) -> None:
    command.write("run.py", PIPELINE)
    plan = command("plan", "run.py", "--json").expect(0).json
    assert [step["name"] for step in plan["steps"]] == ["load_data", "train_model"]
    assert [step["step_name"] for step in plan["steps"]] == ["load-data", "train-model"]
    assert {step["volume_size_in_gb"] for step in plan["steps"]} == {50}


def check_definition(definition: dict[str, Any]) -> int:
    """Holds the arguments of every step against the API that would be called with them."""
    model = botocore.session.get_session().get_service_model("sagemaker")
    for step in definition["Steps"]:
        kind = step["Type"]
        request = model.operation_model(f"Create{kind}Job").input_shape
        arguments = resolved(step["Arguments"]) | {f"{kind}JobName": "job"}
        assert conformance.argument_problems(arguments, request) == []
    return len(definition["Steps"])


def resolved(value: Any) -> Any:
    """Arguments with text where the definition has an expression."""
    if isinstance(value, dict):
        if set(value) & {"Get", "Std:Join"}:
            return "expression"
        return {key: resolved(item) for key, item in value.items()}
    return [resolved(item) for item in value] if isinstance(value, list) else value


def test_a_definition_is_what_the_api_takes(command: Command) -> None:
    command.write("run.py", PIPELINE)
    definition = command("plan", "run.py", "--definition").expect(0).json
    assert definition["Version"] == "2020-12-01"
    assert definition["PipelineExperimentConfig"] is None
    assert check_definition(definition) == 2


@pytest.mark.parametrize("case", sorted(path.name for path in (ROOT / "fixtures/pipelines").iterdir()))
def test_every_golden_definition_is_what_the_api_takes(command: Command, case: str) -> None:
    folder = ROOT / "fixtures/pipelines" / case
    done = command("plan", str(folder / "pipeline.py"), "--definition", *needed(folder)).expect(0)
    assert check_definition(done.json)


def needed(folder: Any) -> list[str]:
    """Values for the parameters of a golden case that have no default."""
    import json

    spec = json.loads((folder / "spec.json").read_text())
    missing = [entry["name"] for entry in spec.get("parameters", []) if "default" not in entry]
    return [word for name in missing for word in ("--param", f"{name}=first")]


def test_every_code_has_a_page(command: Command) -> None:
    listed = command("explain").expect(0).stdout
    codes = [line.split()[0] for line in listed.splitlines() if line.strip().startswith("P0")]
    assert len(codes) >= 40
    for code in (codes[0], codes[-1], codes[11].lower()):
        page = command("explain", code).expect(0).stdout
        assert page.startswith(f"# {code.upper()}")
        assert "## The way out" in page
    command("explain", "P9999").refuse("P9999")
    command("explain", "nonsense").refuse("nonsense")
