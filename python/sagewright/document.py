"""The trace document: a pipeline as data, where its code is, and which Python runs it on this machine."""

from __future__ import annotations

import os
import sys

from sagewright import interface, parameters, source
from sagewright.errors import PipelineError
from sagewright.handles import ParameterHandle
from sagewright.steps import first_line
from sagewright.tracing import Trace, step_document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sagewright.pipelines import Pipeline
    from sagewright.tracing import Invocation

VERSION = 1


def trace(
    pipeline: Pipeline[..., Any], args: tuple[object, ...], keywords: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, object]]:
    """Traces a pipeline and returns its document, and the parameters that this call sets.

    Raises:
        PipelineError: The pipeline cannot be described.
    """
    owner = f"pipeline `{pipeline.name}`"
    shape = interface.of(pipeline.function)
    declared = parameters.declare(shape, owner, pipeline.parameters)
    given = shape.bind_partially(owner, args, keywords)
    tracer = Trace(pipeline.name)
    arguments: dict[str, object] = {}
    values: dict[str, object] = {}
    for name, parameter in declared.items():
        if parameter is None:
            arguments.update(_constant(pipeline, name, given, required=name not in shape.defaults))
            continue
        if name in given:
            values[name] = parameter.accept(given[name], owner)
        arguments[name] = ParameterHandle(tracer, name)
    tracer.run(pipeline.function, arguments)

    root = source.code_root(pipeline.function)
    steps, generated = _steps(tracer.invocations, root)
    spec = {
        "version": VERSION,
        "name": pipeline.name,
        "description": pipeline.description or first_line(pipeline.function),
        "parameters": [parameter.document() for parameter in declared.values() if parameter is not None],
        "steps": steps,
        "settings": pipeline.settings,
        "tags": pipeline.tags,
        "source": _place(pipeline, root),
    }
    document: dict[str, object] = {
        "version": VERSION,
        "pipeline": {name: value for name, value in spec.items() if value or name == "steps"},
        "code": {"root": root, "generated": generated},
        "environment": {"command_path": os.path.dirname(os.path.abspath(sys.executable))},
    }
    return document, values


def _constant(
    pipeline: Pipeline[..., Any], name: str, given: Mapping[str, object], *, required: bool
) -> dict[str, object]:
    for values in (given, pipeline.parameters):
        if name in values:
            return {name: values[name]}
    if required:
        raise PipelineError(
            f"pipeline `{pipeline.name}` has no value for the constant `{name}`",
            hint=f"give it a default, or call {pipeline.__name__}({name}=...) in the script",
        )
    return {}


def missing_parameters(document: Mapping[str, Any], values: Mapping[str, object]) -> list[str]:
    """Returns the parameters that need a value and have none."""
    return [
        parameter["name"]
        for parameter in document["pipeline"].get("parameters", ())
        if "default" not in parameter and parameter["name"] not in values
    ]


def _steps(invocations: list[Invocation], root: str) -> tuple[list[dict[str, object]], dict[str, str]]:
    sources = source.Sources()
    functions = {id(it.step.function): it for it in invocations}
    typed = [it for it in functions.values() if source.is_interactive(it.step.function)]
    places: dict[int, tuple[list[str], dict[str, object]]] = {}
    generated: dict[str, str] = {}
    if typed:
        from sagewright import notebook

        captured = notebook.capture([it.step for it in typed])
        generated[captured.file] = captured.text
        for invocation in typed:
            function = interface.innermost(invocation.step.function)
            line = captured.lines[function.__name__]
            places[id(function)] = _command(captured.module, function.__name__, captured.file, line, [])

    search_path = source.search_path(root)
    steps: list[dict[str, object]] = []
    for invocation in invocations:
        function = interface.innermost(invocation.step.function)
        place = places.get(id(function))
        if place is None:
            origin = sources.find(function, f"step `{invocation.name}`")
            inside = source.is_inside(origin.file, root) and not source.is_installed(origin.file)
            file = os.path.relpath(origin.file, root if inside else origin.top)
            place = _command(origin.module, origin.function, file, origin.line, search_path if inside else [])
            places[id(function)] = place
        steps.append(step_document(invocation, *place))
    return steps, generated


def _command(
    module: str, function: str, file: str, line: int, search_path: list[str]
) -> tuple[list[str], dict[str, object]]:
    options = [text for directory in search_path for text in ("--path", directory)]
    command = ["python3", "-m", "sagewright.worker", *options, f"{module}:{function}"]
    return command, {"file": file, "line": line, "function": function}


def _place(pipeline: Pipeline[..., Any], root: str) -> dict[str, object] | None:
    function = interface.innermost(pipeline.function)
    if source.is_interactive(function) or not os.path.exists(function.__code__.co_filename):
        return None
    file = os.path.abspath(function.__code__.co_filename)
    if not source.is_inside(file, root):
        return None
    line = source.Sources().line(function, file)
    return {"file": os.path.relpath(file, root), "line": line, "function": function.__name__}
