#!/usr/bin/env python3
"""Writes crates/sagemaker/src/api/model.gen.json: the part of the public AWS API model that this project needs.

It reads the models that an installed botocore carries (`pip install botocore`; any interpreter that can import it will
do) and keeps facts only: types, members, required, lengths, patterns, enumerations. Texts are left out.

    python3 scripts/extract_api_model.py
"""

import json
import pathlib
from collections.abc import Iterator
from typing import Any

import botocore
import botocore.loaders

OPERATIONS = {
    "sagemaker": [
        "AddTags",
        "CreatePipeline",
        "CreateProcessingJob",
        "CreateTrainingJob",
        "DeletePipeline",
        "DeleteTags",
        "DescribePipeline",
        "DescribePipelineDefinitionForExecution",
        "DescribePipelineExecution",
        "DescribeProcessingJob",
        "DescribeTrainingJob",
        "ListPipelineExecutionSteps",
        "ListPipelineExecutions",
        "ListPipelineParametersForExecution",
        "ListPipelines",
        "ListProcessingJobs",
        "ListTags",
        "ListTrainingJobs",
        "RetryPipelineExecution",
        "StartPipelineExecution",
        "StopPipelineExecution",
        "StopProcessingJob",
        "StopTrainingJob",
        "UpdatePipeline",
        "UpdatePipelineExecution",
    ],
    "logs": ["DescribeLogGroups", "DescribeLogStreams", "FilterLogEvents", "GetLogEvents"],
    "sts": ["GetCallerIdentity"],
}
Shape = dict[str, Any]
KEPT = ("required", "min", "max", "pattern", "enum")
TARGET = pathlib.Path(__file__).resolve().parent.parent / "crates/sagemaker/src/api/model.gen.json"


def references(shape: Shape) -> Iterator[str]:
    """The shapes that a shape is made of."""
    yield from (member["shape"] for member in shape.get("members", {}).values())
    for part in ("member", "key", "value"):
        if part in shape:
            yield shape[part]["shape"]


def reduced(shape: Shape) -> Shape:
    """A shape without its texts."""
    result = {"type": shape["type"]}
    result.update((key, shape[key]) for key in KEPT if shape.get(key) not in (None, []))
    if shape["type"] == "structure":
        result["members"] = {name: member["shape"] for name, member in shape.get("members", {}).items()}
        if shape.get("union"):
            result["union"] = True
    for part in ("member", "key", "value"):
        if part in shape:
            result[part] = shape[part]["shape"]
    return result


def extract(service: str, names: list[str]) -> dict[str, Any]:
    """The operations `names` of `service` and all shapes below them."""
    model = botocore.loaders.Loader().load_service_model(service, "service-2")
    operations = {}
    pending = []
    for name in sorted(names):
        operation = model["operations"][name]
        operations[name] = {side: operation[side]["shape"] for side in ("input", "output") if side in operation}
        pending.extend(operations[name].values())
    shapes = {}
    while pending:
        name = pending.pop()
        if name not in shapes:
            shapes[name] = reduced(model["shapes"][name])
            pending.extend(references(model["shapes"][name]))
    return {
        "protocol": model["metadata"]["protocol"],
        "target_prefix": model["metadata"].get("targetPrefix"),
        "operations": operations,
        "shapes": dict(sorted(shapes.items())),
    }


def main() -> None:
    """Writes the file, one shape a line, so that changes can be reviewed."""
    services = {service: extract(service, names) for service, names in OPERATIONS.items()}
    lines = [
        '{"generated_by":"python3 scripts/extract_api_model.py",',
        f'"botocore":"{botocore.__version__}",',
        '"services":{',
    ]
    for number, (service, model) in enumerate(services.items()):
        head = {key: model[key] for key in ("protocol", "target_prefix", "operations")}
        lines.append(f'"{service}":' + json.dumps(head, separators=(",", ":"))[:-1] + ',"shapes":{')
        entries = [f'"{name}":' + json.dumps(shape, separators=(",", ":")) for name, shape in model["shapes"].items()]
        lines.append(",\n".join(entries))
        lines.append("}}," if number + 1 < len(services) else "}}")
    lines.append("}}")
    text = "\n".join(lines) + "\n"
    json.loads(text)
    TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
