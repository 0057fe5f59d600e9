"""botocore accepts every request in the golden definitions."""

import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from kit.places import ROOT

DEFINITIONS = sorted((ROOT / "fixtures/pipelines").glob("*/definition.json"))
OPERATIONS = {
    "Training": ("CreateTrainingJob", "TrainingJobName"),
    "Processing": ("CreateProcessingJob", "ProcessingJobName"),
}
EXPRESSIONS = ({"Get"}, {"Std:Join"}, {"Std:JsonGet"})


def resolved(value: Any) -> Any:
    """The value with text in place of every expression."""
    if isinstance(value, dict):
        return "text" if set(value) in EXPRESSIONS else {key: resolved(item) for key, item in value.items()}
    return [resolved(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.parent.name)
def test_botocore_accepts_the_requests(path: Path) -> None:
    model = botocore.session.Session().get_service_model("sagemaker")
    for step in json.loads(path.read_text())["Steps"]:
        operation, name = OPERATIONS[step["Type"]]
        request = {name: "name", **resolved(step["Arguments"])}
        report = ParamValidator().validate(request, model.operation_model(operation).input_shape)
        assert not report.has_errors(), f"{step['Name']}: {report.generate_report()}"
