"""Pipeline definitions as SageMaker takes them, built of plain dictionaries.

The entry points are commands of this machine: `sh -c SCRIPT` unless another one is given. Scripts reach what a
container finds in `/opt/ml` through `$ML`, which also holds where the machine allows no private mounts.
"""

import json
from typing import Any

Step = dict[str, Any]

ROLE = "arn:aws:iam::000000000000:role/jobs"
IMAGE = "000000000000.dkr.ecr.us-east-1.amazonaws.com/steps:1"
ML = 'ML="${SAGEWRIGHT_ML_ROOT:-/opt/ml}"; '


def get(path: str) -> dict[str, str]:
    """A reference, such as `Parameters.Rows` or `Steps.fit.TrainingJobName`."""
    return {"Get": path}


def join(on: str, *values: Any) -> dict[str, Any]:
    """`Std:Join`."""
    return {"Std:Join": {"On": on, "Values": list(values)}}


def property_of(step: str, file: str, path: str) -> dict[str, Any]:
    """`Std:JsonGet` from a property file."""
    return {"Std:JsonGet": {"PropertyFile": get(f"Steps.{step}.PropertyFiles.{file}"), "Path": path}}


def shell(script: str) -> list[str]:
    """The entry point that runs a script; each argument of an entry point has 256 characters at most."""
    entry_point = ["sh", "-ec", ML + script]
    assert len(entry_point[-1]) <= 256, f"{len(entry_point[-1])} characters"
    return entry_point


def processing(name: str, script: str = "true", **extra: Any) -> Step:
    """A processing step; `inputs`, `outputs`, `environment` and further arguments by name, step keys capitalised."""
    arguments: dict[str, Any] = {
        "RoleArn": ROLE,
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.t3.medium", "VolumeSizeInGB": 30}
        },
        "AppSpecification": {"ImageUri": IMAGE, "ContainerEntrypoint": extra.pop("entry_point", shell(script))},
    }
    if "inputs" in extra:
        arguments["ProcessingInputs"] = extra.pop("inputs")
    if "outputs" in extra:
        arguments["ProcessingOutputConfig"] = {"Outputs": extra.pop("outputs")}
    return _step(name, "Processing", arguments, extra)


def training(name: str, script: str = "true", **extra: Any) -> Step:
    """A training step; `channels`, `environment`, `output` and further arguments by name, step keys capitalised."""
    arguments: dict[str, Any] = {
        "RoleArn": ROLE,
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": extra.pop("entry_point", shell(script)),
        },
        "OutputDataConfig": {"S3OutputPath": extra.pop("output", "s3://sagewright/models")},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    }
    if "channels" in extra:
        arguments["InputDataConfig"] = [channel(key, uri) for key, uri in extra.pop("channels").items()]
    return _step(name, "Training", arguments, extra)


def channel(name: str, uri: Any) -> dict[str, Any]:
    """A training channel that copies everything below an S3 prefix."""
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


def processing_input(name: str, uri: Any, path: str) -> dict[str, Any]:
    """An input that is copied to `/opt/ml/processing/<path>` before the job starts."""
    s3_input = {
        "S3Uri": uri,
        "LocalPath": f"/opt/ml/processing/{path}",
        "S3DataType": "S3Prefix",
        "S3InputMode": "File",
        "S3DataDistributionType": "FullyReplicated",
    }
    return {"InputName": name, "AppManaged": False, "S3Input": s3_input}


def processing_output(name: str, uri: Any, path: str, mode: str = "EndOfJob") -> dict[str, Any]:
    """An output that is copied from `/opt/ml/processing/<path>`."""
    s3_output = {"S3Uri": uri, "LocalPath": f"/opt/ml/processing/{path}", "S3UploadMode": mode}
    return {"OutputName": name, "AppManaged": False, "S3Output": s3_output}


def property_file(name: str, output: str, path: str) -> dict[str, str]:
    """A JSON file among a processing step's outputs that later steps may read."""
    return {"PropertyFileName": name, "OutputName": output, "FilePath": path}


def condition(
    name: str, conditions: list[dict[str, Any]], then: list[Step], otherwise: list[Step], **extra: Any
) -> Step:
    """A condition step."""
    arguments = {"Conditions": conditions, "IfSteps": then, "ElseSteps": otherwise}
    return {"Name": name, "Type": "Condition", "Arguments": arguments, **extra}


def compare(kind: str, left: Any, right: Any) -> dict[str, Any]:
    """A comparison, such as `LessThanOrEqualTo`."""
    return {"Type": kind, "LeftValue": left, "RightValue": right}


def fail(name: str, message: Any, **extra: Any) -> Step:
    """A fail step."""
    return {"Name": name, "Type": "Fail", "Arguments": {"ErrorMessage": message}, **extra}


def parameter(name: str, kind: str, default: Any = None, **extra: Any) -> dict[str, Any]:
    """A pipeline parameter; one without a default has to be given at the start."""
    return {"Name": name, "Type": kind, **({} if default is None else {"DefaultValue": default}), **extra}


def document(steps: list[Step], parameters: list[dict[str, Any]] | None = None, **extra: Any) -> dict[str, Any]:
    """A whole definition."""
    return {
        "Version": "2020-12-01",
        "Metadata": {},
        "Parameters": parameters or [],
        "PipelineExperimentConfig": None,
        "Steps": steps,
        **extra,
    }


def text(steps: list[Step], parameters: list[dict[str, Any]] | None = None, **extra: Any) -> str:
    """A whole definition as JSON."""
    return json.dumps(document(steps, parameters, **extra))


def _step(name: str, kind: str, arguments: dict[str, Any], extra: dict[str, Any]) -> Step:
    if "environment" in extra:
        arguments["Environment"] = extra.pop("environment")
    keys = {"DependsOn", "DisplayName", "Description", "CacheConfig", "RetryPolicies", "PropertyFiles"}
    step_keys = {key: value for key, value in extra.items() if key in keys}
    arguments.update({key: value for key, value in extra.items() if key not in keys})
    return {"Name": name, "Type": kind, "Arguments": arguments, **step_keys}
