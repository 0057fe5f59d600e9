"""Notebook cells and prompts: collecting the source of steps, and of all they use, into a module of its own.

A job cannot import a notebook. So the functions, classes, imports and simple constants that a step needs are written
into one module that travels with the code. What cannot be written down is named in an error.
"""

from __future__ import annotations

import ast
import hashlib
import symtable
import sys
from types import FunctionType, ModuleType

from sagewright.cells import Cells, without_decorators
from sagewright.constant_source import constant_source
from sagewright.errors import PipelineError
from sagewright.interface import innermost
from sagewright.source import check_reachable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_FUTURE_ANNOTATIONS = 0x1000000


class Captured:
    """A generated module."""

    __slots__ = ("file", "lines", "module", "text")

    def __init__(self, text: str, functions: Iterable[str]) -> None:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        self.module = f"_sagewright_cell_{digest}"
        self.file = f"{self.module}.py"
        self.text = text
        wanted = set(functions)
        self.lines = {
            node.name: node.lineno
            for node in ast.parse(text).body
            if isinstance(node, ast.FunctionDef) and node.name in wanted
        }


def capture(steps: list[Any]) -> Captured:
    """Returns a module with the functions of these steps and everything they need.

    Raises:
        PipelineError: Something that a step needs cannot be written into a module.
    """
    capture = _Capture()
    functions = list({id(innermost(step.function)): innermost(step.function) for step in steps}.values())
    for function in functions:
        owner = f"step `{function.__name__}`"
        check_reachable(function, owner)
        capture.add_function(function.__name__, function, owner)
    return Captured(capture.text(), (function.__name__ for function in functions))


class _Capture:
    def __init__(self) -> None:
        self._names: dict[str, object] = vars(sys.modules["__main__"])
        self._cells = Cells(self._names)
        self._imports: dict[str, None] = {}
        self._parts: list[str] = []
        self._done: set[str] = set()
        self._future = False

    def text(self) -> str:
        head = ['"""Captured from a notebook; written by Sagewright."""', ""]
        if self._future:
            head += ["from __future__ import annotations", ""]
        return "\n".join([*head, *sorted(self._imports), "", *self._parts, ""])

    def add_function(self, name: str, function: FunctionType, owner: str) -> None:
        """Adds a function as `name`, after everything that must exist before it."""
        source = self._cells.function(function, owner)
        if function.__code__.co_freevars:
            raise PipelineError(
                f"{owner} uses `{function.__code__.co_freevars[0]}` of the function it was made in",
                hint="move the function to the top of a cell, and make it an argument",
            )
        self._future = self._future or bool(function.__code__.co_flags & _FUTURE_ANNOTATIONS)
        self._add_source(name, without_decorators(source, self._is_ours), owner)

    def _add_source(self, name: str, source: str, owner: str) -> None:
        self._done.add(name)
        for needed in sorted(_needed(source)):
            self._add_name(needed, source, owner)
        self._parts.append(f"\n{source.rstrip()}\n")

    def _add_name(self, name: str, source: str, owner: str) -> None:
        if name in self._done:
            if name in self._names and isinstance(self._names[name], ModuleType):
                self._add_submodules(name, self._names[name], source)
            return
        if name not in self._names:
            if hasattr(sys.modules["builtins"], name) or name.startswith("__") or _only_annotates(name, source):
                return
            raise PipelineError(
                f"{owner} uses the name `{name}`, which does not exist in the notebook",
                hint="run the cell that defines it, or correct the name",
            )
        self._done.add(name)
        self._add_value(name, self._names[name], source, owner)

    def _add_value(self, name: str, value: Any, source: str, owner: str) -> None:
        if isinstance(value, ModuleType):
            self._imports[_import_line(value.__name__, name)] = None
            self._add_submodules(name, value, source)
            return
        line = _from_import(name, value) or self._cells.import_of(name, value)
        if line is not None:
            self._imports[line] = None
            return
        inner = innermost(value) if callable(value) else value
        if isinstance(inner, FunctionType) and inner.__module__ == "__main__":
            if inner.__name__ == "<lambda>":
                raise PipelineError(
                    f"{owner} uses the lambda `{name}`, whose source cannot be told apart", hint="write it with `def`"
                )
            self.add_function(name, inner, f"function `{name}`, which {owner} uses,")
            if inner.__name__ != name:
                self._parts.append(f"\n{name} = {inner.__name__}\n")
            return
        if isinstance(value, type) and value.__module__ == "__main__":
            self._add_source(name, self._cells.class_(value, owner), f"class `{name}`, which {owner} uses,")
            return
        constant = constant_source(value)
        if constant is None:
            raise PipelineError(
                f"{owner} uses `{name}` of type {type(value).__module__}.{type(value).__qualname__}, "
                "which a job cannot get from a notebook",
                hint="make it an argument of the step, make it inside the step, or move it to an imported module",
            )
        text, module = constant
        if module is not None:
            self._imports[f"import {module}"] = None
        self._parts.append(f"\n{name} = {text}\n")

    def _add_submodules(self, name: str, module: Any, source: str) -> None:
        """Adds imports of the submodules that are reached through their package: `sklearn.ensemble`."""
        for node in ast.walk(ast.parse(source)):
            dotted = _dotted(node)
            if dotted is None or dotted[0] != name:
                continue
            full = module.__name__
            for part in dotted[1:]:
                full = f"{full}.{part}"
                if full not in sys.modules:
                    break
                self._imports[f"import {full}"] = None

    def _is_ours(self, decorator: ast.expr) -> bool:
        """Says whether a decorator is this package's `step`, which a job does not need."""
        from sagewright.steps import step

        if isinstance(decorator, ast.Call):
            decorator = decorator.func
        dotted = _dotted(decorator)
        if dotted is None:
            return False
        value: object = self._names.get(dotted[0])
        for part in dotted[1:]:
            value = getattr(value, part, None)
        return value is step


def _needed(source: str) -> set[str]:
    """Returns the names that a definition takes from its module."""
    found: set[str] = set()

    def collect(table: symtable.SymbolTable, *, top: bool) -> None:
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (
                symbol.is_global() or (top and not symbol.is_assigned() and not symbol.is_imported())
            ):
                found.add(symbol.get_name())
        for child in table.get_children():
            collect(child, top=False)

    collect(symtable.symtable(source, "<cell>", "exec"), top=True)
    return found


def _only_annotates(name: str, source: str) -> bool:
    """Says whether a name stands in annotations only, where nothing needs it when the step runs."""
    outside: set[str] = set()

    def walk(node: ast.AST) -> None:
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.Name):
                    outside.add(child.id)
                if isinstance(child, ast.AST):
                    walk(child)

    walk(ast.parse(source))
    return name not in outside


def _dotted(node: ast.AST) -> list[str] | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return [node.id, *parts] if isinstance(node, ast.Name) else None


def _import_line(module: str, name: str) -> str:
    if module == name:
        return f"import {module}"
    package, _, last = module.rpartition(".")
    if package and last == name:
        return f"from {package} import {name}"
    return f"import {module} as {name}"


def _from_import(name: str, value: Any) -> str | None:
    """Returns the import of a value that its own module holds under its own name."""
    module = getattr(value, "__module__", None)
    if not isinstance(module, str) or module in ("__main__", "builtins") or module not in sys.modules:
        return None
    for known in (getattr(value, "__name__", None), getattr(value, "_name", None)):
        if isinstance(known, str) and getattr(sys.modules[module], known, None) is value:
            return f"from {module} import {known}" + ("" if known == name else f" as {name}")
    return None
