"""One step from its file to its result: import, load inputs, call, save outputs."""

from __future__ import annotations

import json
import os
import sys

from sagewright import state
from sagewright.worker.problem import Problem, report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from sagewright.interface import Interface

VERSION = 1
_USAGE = "usage: SAGEWRIGHT_STEP=FILE python -m sagewright.worker [--path DIRECTORY ...] MODULE:FUNCTION"


def main(arguments: list[str]) -> int:
    """Runs the step and returns the exit code: 0 with a result, 1 with an error, 2 for a wrong call."""
    paths, target = _parse(arguments)
    file = os.environ.get("SAGEWRIGHT_STEP")
    if target is None or not file:
        print(_USAGE, file=sys.stderr)
        return 2
    try:
        with open(file, encoding="utf-8") as stream:
            step: dict[str, Any] = json.load(stream)
    except (OSError, ValueError) as error:
        print(f"error: cannot read the step file {file}: {error}", file=sys.stderr)
        return 2
    if step.get("version") != VERSION:
        print(f"error: the step file has version {step.get('version')}, this worker reads {VERSION}", file=sys.stderr)
        return 2

    state.mode = state.WORKER
    code = step.get("code")
    code = os.path.abspath(code) if code else None
    _prepare(code, paths)
    try:
        outputs = _run(step, target)
    except Problem as problem:
        return report(problem.cause, step, code, problem)
    except BaseException as error:
        return report(error, step, code, None)
    _write(step["result"], {"version": VERSION, "outputs": outputs})
    return 0


def _parse(arguments: list[str]) -> tuple[list[str], str | None]:
    paths: list[str] = []
    target = None
    rest = iter(arguments)
    for argument in rest:
        if argument == "--path":
            paths.append(next(rest, ""))
        elif target is None and ":" in argument:
            target = argument
        else:
            return [], None
    return paths, target


def _prepare(code: str | None, paths: list[str]) -> None:
    """Sets up what the user's code expects: its directory first on the path, and lines that appear at once."""
    directory = code if code is not None else os.getcwd()
    sys.path[:0] = [directory, *(os.path.join(directory, path) for path in paths)]
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(line_buffering=True, errors="backslashreplace")
    # A job has no screen; without this, matplotlib would look for one.
    os.environ.setdefault("MPLBACKEND", "Agg")


def _run(step: Mapping[str, Any], target: str) -> dict[str, object]:
    from sagewright.worker.inputs import load
    from sagewright.worker.outputs import save
    from sagewright.worker.target import find

    function, interface = find(target)
    try:
        arguments = load(step.get("inputs") or {}, interface)
        value = _call(function, interface, arguments)
        return save(value, step.get("outputs") or {}, interface)
    except Problem as problem:
        problem.function = interface.function
        raise


def _call(function: Callable[..., object], interface: Interface, arguments: Mapping[str, object]) -> object:
    try:
        return interface.call(function, arguments)
    except SystemExit as error:
        if error.code in (None, 0) and not interface.outputs:
            return None
        ending = "" if error.code is None else repr(error.code)
        raise Problem(
            "UserException",
            f"the step called sys.exit({ending}) before it returned",
            error,
            hint="return from the function, or raise an exception",
        ) from error


def _write(path: str, document: Mapping[str, object]) -> None:
    temporary = f"{path}.part"
    with open(temporary, "w", encoding="utf-8") as stream:
        json.dump(document, stream)
    os.replace(temporary, path)
