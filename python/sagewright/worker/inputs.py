"""The step's arguments: artifacts from their folders, constants and parameters from the step file."""

from __future__ import annotations

from sagewright.conversion import convert
from sagewright.worker.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sagewright.interface import Interface


def load(inputs: Mapping[str, Any], interface: Interface) -> dict[str, object]:
    """Returns the values of a function's arguments.

    Raises:
        Problem: An artifact cannot be loaded, or a value does not fit its annotation.
    """
    names = interface.function.__globals__
    values: dict[str, object] = {}
    for argument, given in inputs.items():
        annotation = interface.annotations.get(argument)
        if "list" in given:
            values[argument] = [
                _artifact(item["artifact"], f"{argument}[{index}]") if "artifact" in item else item["value"]
                for index, item in enumerate(given["list"])
            ]
        elif "artifact" in given:
            values[argument] = _artifact(given["artifact"], argument)
            if given["artifact"]["type"] != "json":
                continue
        else:
            values[argument] = given["value"]
        if annotation is not None and argument != interface.variadic:
            values[argument] = _convert(values[argument], annotation, argument, names)
    return values


def _convert(value: object, annotation: object, argument: str, names: Mapping[str, object]) -> object:
    try:
        return convert(value, annotation, names)
    except Exception as error:
        from sagewright.type_hints import describe

        raise Problem(
            "Serialization",
            f"argument `{argument}` cannot be made a {describe(annotation)}: {error}",
            error,
            hint="its value and its annotation must fit",
        ) from error


def _artifact(artifact: Mapping[str, Any], argument: str) -> object:
    from sagewright import artifacts

    kind = artifact["type"]
    try:
        return artifacts.load(artifact["path"], kind, artifact.get("metadata") or {})
    except ModuleNotFoundError as error:
        raise Problem("Setup", f"argument `{argument}`, stored as {kind}, cannot be loaded: {error}", error) from error
    except Exception as error:
        raise Problem(
            "Serialization",
            f"argument `{argument}`, stored as {kind}, cannot be loaded: {type(error).__name__}: {error}",
            error,
            hint="the steps that write and read it need the same libraries in the same versions",
        ) from error
