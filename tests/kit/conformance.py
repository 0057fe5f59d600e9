"""Holds every answer of the endpoint against the API model that botocore carries.

botocore reads answers leniently: it drops members it does not know and takes a wrong type as it comes. Here the raw
body is walked along the output shape, and botocore's own validator is run over what botocore made of it.
"""

import json
import re
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.validate import ParamValidator

#: Errors that AWS services answer without naming them in their models.
GENERIC_ERRORS = {
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InternalFailure",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "SerializationException",
    "SignatureDoesNotMatch",
    "ThrottlingException",
    "UnknownOperationException",
    "UnrecognizedClientException",
    "ValidationException",
}

_WIRE_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "timestamp": (int, float),
    "blob": (str,),
}

#: The models' patterns are in Java's dialect; these pieces of it Python spells otherwise.
_JAVA_CLASSES = {r"\p{L}": r"\w", r"\p{N}": r"\d", r"\p{Z}": r"\s", r"\p{Alnum}": "a-zA-Z0-9"}


def attach(client: Any, seen: set[str] | None = None) -> Any:
    """Makes every call of a client check its answer; `seen` collects the names of the operations that answered."""

    def check(http_response: Any, parsed: dict[str, Any], model: OperationModel, **_: Any) -> None:
        if seen is not None:
            seen.add(f"{model.service_model.service_name}.{model.name}")
        problems = problems_of_answer(http_response, parsed, model)
        assert not problems, f"{model.name} answered against the model:\n" + "\n".join(problems)

    client.meta.events.register("after-call", check)
    return client


def problems_of_answer(http_response: Any, parsed: dict[str, Any], model: OperationModel) -> list[str]:
    """Everything in one answer that the model does not allow."""
    if http_response.status_code >= 300:
        return _error_problems(http_response, parsed, model)
    shape = model.output_shape
    if shape is None:
        return []
    body = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
    report = ParamValidator().validate(body, shape)
    problems = [report.generate_report()] if report.has_errors() else []
    if model.service_model.metadata["protocol"] == "json":
        content_type = http_response.headers.get("Content-Type", "")
        if content_type != "application/x-amz-json-1.1":
            problems.append(f"Content-Type is `{content_type}`")
        _walk(json.loads(http_response.content), shape, model.name, problems)
    return problems


def argument_problems(arguments: dict[str, Any], shape: Shape) -> list[str]:
    """Everything in request arguments that the model does not allow."""
    report = ParamValidator().validate(arguments, shape)
    problems = [report.generate_report()] if report.has_errors() else []
    _walk(arguments, shape, shape.name, problems)
    return problems


def _error_problems(http_response: Any, parsed: dict[str, Any], model: OperationModel) -> list[str]:
    error = parsed.get("Error", {})
    problems = []
    if not error.get("Message"):
        problems.append("an error without a message")
    if model.service_model.metadata["protocol"] != "json":
        return problems
    modelled = {shape.metadata.get("error", {}).get("code", shape.name) for shape in model.error_shapes}
    modelled |= {shape.name for shape in model.error_shapes}
    if error.get("Code") not in modelled | GENERIC_ERRORS:
        problems.append(f"error code {error.get('Code')!r} is neither one of {sorted(modelled)} nor a generic one")
    if not 400 <= http_response.status_code < 500:
        problems.append(f"status {http_response.status_code}: {error}")
    return problems


def _walk(value: Any, shape: Shape, path: str, problems: list[str]) -> None:
    if isinstance(shape, StructureShape):
        _walk_structure(value, shape, path, problems)
    elif isinstance(shape, ListShape):
        if not isinstance(value, list):
            problems.append(f"{path}: no list: {value!r}")
            return
        _check_range(len(value), shape, path, problems)
        for index, item in enumerate(value):
            _walk(item, shape.member, f"{path}[{index}]", problems)
    elif isinstance(shape, MapShape):
        if not isinstance(value, dict):
            problems.append(f"{path}: no map: {value!r}")
            return
        _check_range(len(value), shape, path, problems)
        for key, item in value.items():
            _walk(key, shape.key, f"{path} key", problems)
            _walk(item, shape.value, f"{path}[{key!r}]", problems)
    else:
        _check_scalar(value, shape, path, problems)


def _walk_structure(value: Any, shape: StructureShape, path: str, problems: list[str]) -> None:
    if not isinstance(value, dict):
        problems.append(f"{path}: no structure: {value!r}")
        return
    names = {member.serialization.get("name", name): name for name, member in shape.members.items()}
    for wire_name, item in value.items():
        if wire_name not in names:
            problems.append(f"{path}.{wire_name}: unknown member")
        else:
            _walk(item, shape.members[names[wire_name]], f"{path}.{wire_name}", problems)
    problems.extend(
        f"{path}.{wire_name}: required and missing"
        for wire_name, name in names.items()
        if name in shape.required_members and wire_name not in value
    )


def _check_scalar(value: Any, shape: Shape, path: str, problems: list[str]) -> None:
    wire_types = _WIRE_TYPES[shape.type_name]
    fits: bool = isinstance(value, wire_types) and (bool in wire_types or not isinstance(value, bool))
    if not fits:
        problems.append(f"{path}: {value!r} is no {shape.type_name}")
        return
    if shape.type_name == "string":
        _check_range(len(value), shape, path, problems)
        enum = shape.metadata.get("enum")
        if enum and value not in enum:
            problems.append(f"{path}: {value!r} is none of {enum}")
        pattern = shape.metadata.get("pattern")
        if pattern and not re.fullmatch(_python_pattern(pattern), value, re.DOTALL):
            problems.append(f"{path}: {value!r} does not match {pattern}")
    elif shape.type_name in {"integer", "long", "float", "double"}:
        _check_range(value, shape, path, problems)


def _check_range(size: float, shape: Shape, path: str, problems: list[str]) -> None:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if (least is not None and size < least) or (most is not None and size > most):
        problems.append(f"{path}: {size} is not within {least} and {most}")


def _python_pattern(pattern: str) -> str:
    for java, python in _JAVA_CLASSES.items():
        pattern = pattern.replace(java, python)
    return pattern
