"""The source text of what was typed into a notebook or a prompt."""

from __future__ import annotations

import ast
import linecache
import sys
import textwrap

from sagewright.errors import PipelineError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FunctionType

_Definition = ast.FunctionDef | ast.ClassDef


class Cells:
    """The cells that were run so far, the newest first."""

    def __init__(self, names: dict[str, object]) -> None:
        self._texts: list[str] | None = None
        self._names = names

    def function(self, function: FunctionType, owner: str) -> str:
        """Returns the source of a function, with its decorators.

        Raises:
            PipelineError: The prompt does not keep what was typed.
        """
        code = function.__code__
        lines = linecache.getlines(code.co_filename)
        found = definition("".join(lines), function.__name__, code.co_firstlineno)
        if found is None:
            raise PipelineError(
                f"the source of {owner} is not known: this prompt does not keep what is typed",
                hint="use a notebook or IPython, or write the code into a file",
            )
        return found

    def class_(self, kind: type, owner: str) -> str:
        """Returns the source of a class.

        Raises:
            PipelineError: No cell defines it.
        """
        for text in self._all():
            found = definition(text, kind.__name__)
            if found is not None:
                return found
        raise PipelineError(
            f"the source of class `{kind.__qualname__}`, which {owner} uses, is not known",
            hint="define it at the top of a cell, or in a module that is imported",
        )

    def import_of(self, name: str, value: object) -> str | None:
        """Returns the `from ... import ...` that a cell has for a name, if it still means the value."""
        for text in self._all():
            for node in ast.walk(_parse(text)):
                if not isinstance(node, ast.ImportFrom) or node.level or node.module not in sys.modules:
                    continue
                for alias in node.names:
                    found = getattr(sys.modules[node.module], alias.name, None)
                    if (alias.asname or alias.name) == name and found is value:
                        renamed = f" as {alias.asname}" if alias.asname else ""
                        return f"from {node.module} import {alias.name}{renamed}"
        return None

    def _all(self) -> list[str]:
        if self._texts is None:
            history = self._names.get("In")
            if not isinstance(history, list):
                history = [
                    "".join(entry[2]) for entry in linecache.cache.values() if len(entry) == 4 and entry[1] is None
                ]
            self._texts = [str(text) for text in reversed(history)]
        return self._texts


def definition(text: str, name: str, line: int | None = None) -> str | None:
    """Returns the source of a function or class in a text: the one at a line, or else the last one."""
    found: _Definition | None = None
    for node in ast.walk(_parse(text)):
        if isinstance(node, _Definition) and node.name == name and (line is None or _first_line(node) == line):
            found = node
    if found is None:
        return None
    lines = text.splitlines(keepends=True)[_first_line(found) - 1 : found.end_lineno]
    return textwrap.dedent("".join(lines))


def without_decorators(source: str, unwanted: Callable[[ast.expr], bool]) -> str:
    """Returns the source of a definition without some of its decorators."""
    (node,) = ast.parse(source).body
    lines = source.splitlines(keepends=True)
    if isinstance(node, _Definition):
        for decorator in reversed(node.decorator_list):
            if unwanted(decorator):
                del lines[decorator.lineno - 1 : decorator.end_lineno]
    return "".join(lines)


def _first_line(node: _Definition) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _parse(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])
