"""`python -m sagewright.trace TARGET --output FILE`: describes a pipeline to the `sagewright` command.

TARGET is `run.py`, `run.py:pipeline`, `package.module` or `package.module:pipeline`. The file's module is imported
under its own name, so what stands under `if __name__ == "__main__":` is not run. `--param NAME=VALUE` sets a constant,
an argument of the pipeline function that is no parameter, from JSON.

Exit code 2 and a document with `error` say that the user's code cannot be traced.
"""

from __future__ import annotations

import os
import sys

if __name__ == "__main__" and sys.path and sys.path[0] == os.getcwd():
    # A file of the user's called `json.py` must not stand in for Python's own; the directory comes back below.
    del sys.path[0]

import json

from sagewright import state
from sagewright.errors import PipelineError
from sagewright.failures import describe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from sagewright.pipelines import Pipeline

_USAGE = "usage: python -m sagewright.trace TARGET --output FILE [--param NAME=JSON ...]"


def main(arguments: list[str]) -> int:
    """Traces, writes the document and returns the exit code."""
    target, output, constants = _parse(arguments)
    if target is None or output is None:
        print(_USAGE, file=sys.stderr)
        return 2
    state.mode = state.TRACE
    code = 0
    try:
        document = _trace(target, constants)
    except Exception as error:
        document = {"version": 1, "error": describe(error, state.target_directory)}
        code = 2
    except SystemExit as error:
        document = {"version": 1, "error": _left(target, error)}
        code = 2
    temporary = f"{output}.part"
    with open(temporary, "w", encoding="utf-8") as stream:
        json.dump(document, stream)
    os.replace(temporary, output)
    return code


def _parse(arguments: list[str]) -> tuple[str | None, str | None, dict[str, str]]:
    target = output = None
    constants: dict[str, str] = {}
    rest = iter(arguments)
    for argument in rest:
        option, has_value, value = argument.partition("=")
        if option in ("--output", "--param"):
            if not has_value:
                value = next(rest, "")
            if option == "--output":
                output = value
            else:
                name, _, given = value.partition("=")
                constants[name] = given
        elif target is None and not argument.startswith("-"):
            target = argument
        else:
            return None, None, {}
    return target, output, constants


def _trace(target: str, constants: dict[str, str]) -> dict[str, Any]:
    where, name = _split(target)
    module = _import(where)
    pipeline = _choose(module, where, name)
    if constants:
        known = pipeline.function.__code__.co_varnames
        values = {key: _value(text) for key, text in constants.items() if key in known}
        pipeline = pipeline.with_options(parameters=values)
    return pipeline.trace()


def _value(text: str) -> object:
    try:
        value: object = json.loads(text)
    except ValueError:
        return text
    return value


def _split(target: str) -> tuple[str, str | None]:
    where, colon, name = target.rpartition(":")
    return (where, name or None) if colon and where else (target, None)


def _import(where: str) -> ModuleType:
    import importlib

    if not (where.endswith(".py") or os.sep in where or os.path.isfile(where)):
        state.target_directory = None
        _search_first(os.getcwd())
        return importlib.import_module(where)
    path = os.path.abspath(where)
    if not os.path.isfile(path):
        raise PipelineError(f"there is no file `{where}`", hint="name a Python file, or MODULE:PIPELINE")
    directory, file = os.path.split(path)
    name, extension = os.path.splitext(file)
    if extension != ".py" or "." in name:
        raise PipelineError(
            f"`{where}` cannot be imported under its name",
            hint="the file's name ends in `.py` and has no other dot",
        )
    state.target_directory = directory
    _search_first(directory)
    module = importlib.import_module(name)
    found = getattr(module, "__file__", None)
    if found is None or not os.path.samefile(found, path):
        raise PipelineError(
            f"`{where}` has the name of another module, {found or name}",
            hint="rename the file: a job imports it by its name",
        )
    return module


def _search_first(directory: str) -> None:
    """Puts the user's directory where Python puts that of a script."""
    sys.path.insert(0, directory)


def _choose(module: ModuleType, where: str, name: str | None) -> Pipeline[..., Any]:
    from sagewright.pipelines import Pipeline

    known = {key: value for key, value in vars(module).items() if isinstance(value, Pipeline)}
    own = {key: value for key, value in known.items() if value.__module__ == module.__name__} or known
    listed = ", ".join(known)
    if name is not None:
        for candidates in (known, {value.name: value for value in known.values()}):
            if name in candidates:
                return candidates[name]
        raise PipelineError(
            f"`{where}` has no pipeline `{name}`",
            hint=f"it has: {listed}" if known else "write a function with `@pipeline` above it",
            file=module.__file__,
        )
    if not own:
        raise PipelineError(
            f"`{where}` has no pipeline",
            hint="write a function with `@pipeline` above it",
            file=module.__file__,
        )
    if len({id(value) for value in own.values()}) > 1:
        names = ", ".join(own)
        raise PipelineError(
            f"`{where}` has several pipelines: {names}",
            hint=f"name one: {where}:{next(iter(own))}",
            file=module.__file__,
        )
    return next(iter(own.values()))


def _left(target: str, error: SystemExit) -> dict[str, object]:
    return {
        "type": "SystemExit",
        "message": f"`{target}` ended the process while it was imported, with exit code {error.code}",
        "file": None,
        "line": None,
        "hint": 'put what runs the pipeline under `if __name__ == "__main__":`',
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
