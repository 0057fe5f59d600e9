"""A step that failed: what the error file says."""

from __future__ import annotations

import json
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FunctionType

    from sagewright.failures import Place

FAILED = 1
"""The exit code of a step that failed and has said why."""


class Problem(Exception):  # noqa: N818
    """A failure that the worker words itself."""

    def __init__(self, kind: str, message: str, cause: BaseException | None = None, *, hint: str | None = None) -> None:
        """Takes one of the protocol's kinds, the message, the exception behind it, and the way out."""
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.cause = cause if cause is not None else self
        self.hint = hint
        self.function: FunctionType | None = None
        """The step's function, where the failure has no better place."""


def report(error: BaseException, step: Mapping[str, object], code: str | None, problem: Problem | None) -> int:
    """Writes the error file, prints the traceback into the step's log, and returns the exit code."""
    from sagewright import failures

    place = failures.place(error, code)
    if problem is not None and problem.function is not None and (place.file is None or os.path.isabs(place.file)):
        place = _place_of(problem.function, code)
    worded = problem is not None and error is problem
    traceback = None if worded else failures.traceback_text(error, code)
    document = {
        "version": 1,
        "kind": problem.kind if problem is not None else "UserException",
        "type": None if worded else failures.type_of(error),
        "message": failures.clean(problem.message) if problem is not None else failures.message(error),
        "traceback": traceback,
        "file": place.file,
        "line": place.line,
        "function": place.function,
        "hint": (problem.hint if problem is not None else None) or failures.hint(error),
    }
    if traceback is not None:
        failures.show(traceback.rstrip())
    if problem is not None:
        failures.show(f"error: {document['message']}")
    path = str(step["error"])
    temporary = f"{path}.part"
    with open(temporary, "w", encoding="utf-8") as stream:
        json.dump(document, stream)
    os.replace(temporary, path)
    return FAILED


def _place_of(function: FunctionType, code: str | None) -> Place:
    from sagewright.failures import Place, relative
    from sagewright.source import Sources

    file = function.__code__.co_filename
    return Place(relative(file, code), Sources().line(function, file), function.__name__)
