"""Where functions were written: the directory that travels with a pipeline, and names relative to it."""

from __future__ import annotations

import os
import sys

from sagewright import state
from sagewright.errors import PipelineError
from sagewright.interface import innermost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FunctionType, ModuleType

_INSTALLED = ("site-packages", "dist-packages")


class Origin:
    """A function's place in its file."""

    __slots__ = ("file", "function", "line", "module", "top")

    def __init__(self, module: str, function: str, file: str, line: int, top: str) -> None:
        self.module = module
        """The name under which a job imports the function's module."""
        self.function = function
        self.file = file
        self.line = line
        self.top = top
        """The directory on `sys.path` that the module is found in."""


def is_interactive(function: Callable[..., object]) -> bool:
    """Says whether a function was typed into a notebook or a prompt, so that no file holds it."""
    inner = innermost(function)
    if inner.__module__ != "__main__":
        return False
    file = inner.__code__.co_filename
    return not (hasattr(sys.modules["__main__"], "__file__") and os.path.exists(file)) or "ipykernel_" in file


class Sources:
    """Finds the places of functions; each file is read once."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {}
        self._modules: dict[str, tuple[str, str, str]] = {}

    def find(self, function: Callable[..., object], owner: str) -> Origin:
        """Returns where a function was written.

        Raises:
            PipelineError: A job could not find it again: it is nested, nameless, or hidden by another one.
        """
        inner = innermost(function)
        check_reachable(inner, owner)
        name, file, top = self._module(inner, owner)
        _check_not_replaced(inner, name, owner)
        return Origin(name, inner.__name__, file, self.line(inner, file), top)

    def _module(self, inner: FunctionType, owner: str) -> tuple[str, str, str]:
        found = self._modules.get(inner.__module__)
        if found is None:
            module = sys.modules.get(inner.__module__)
            if module is None or not getattr(module, "__file__", None):
                raise PipelineError(
                    f"the module `{inner.__module__}` of {owner} has no file",
                    hint="write the step in a file that a job can import",
                )
            found = module_place(module)
            self._modules[inner.__module__] = found
        return found

    def line(self, inner: FunctionType, file: str) -> int:
        """Returns the line of `def`: the code object only knows where the first decorator is."""
        first: int = inner.__code__.co_firstlineno
        lines = self._lines.get(file)
        if lines is None:
            try:
                with open(file, encoding="utf-8", errors="replace") as stream:
                    lines = stream.read().splitlines()
            except OSError:
                lines = []
            self._lines[file] = lines
        start = f"def {inner.__name__}"
        for number in range(first, min(first + 200, len(lines) + 1)):
            text = lines[number - 1].lstrip()
            if text.startswith(start) and text[len(start) :].lstrip()[:1] in ("(", "[", "\\"):
                return number
        return first


def module_place(module: ModuleType) -> tuple[str, str, str]:
    """Returns the name a job imports a module under, its file, and the directory it is found in."""
    file = os.path.abspath(module.__file__ or "")
    name = module.__name__
    if name == "__main__":
        spec = getattr(module, "__spec__", None)
        if spec is None or spec.name == "__main__":
            return os.path.splitext(os.path.basename(file))[0], file, os.path.dirname(file)
        name = spec.name
    top = os.path.dirname(file)
    depth = name.count(".") + (os.path.basename(file) == "__init__.py")
    for _ in range(depth):
        top = os.path.dirname(top)
    return name, file, top


def check_reachable(inner: FunctionType, owner: str) -> None:
    """Makes sure that a job can find a function under its name.

    Raises:
        PipelineError: It is a lambda, or stands inside a function or a class.
    """
    if inner.__name__ == "<lambda>":
        raise PipelineError(f"{owner} is a lambda, which has no name", hint="write it with `def`")
    outer, _, _ = inner.__qualname__.rpartition(".")
    if not outer:
        return
    place = outer.removesuffix(".<locals>")
    where = f"inside the function `{place}`" if outer != place else f"inside the class `{place}`"
    raise PipelineError(
        f"{owner} is written {where}, where a job cannot import it",
        hint="move it to the top level of its file; what it needs from outside becomes an argument",
        file=inner.__code__.co_filename,
        line=inner.__code__.co_firstlineno,
    )


def _check_not_replaced(inner: FunctionType, name: str, owner: str) -> None:
    found = vars(sys.modules[inner.__module__]).get(inner.__name__, inner)
    if callable(found) and innermost(found) is inner:
        return
    raise PipelineError(
        f"the name `{inner.__name__}` of {owner} means something else by now in module `{name}`",
        hint="give one of the two another name: a job finds the function by it",
        file=inner.__code__.co_filename,
        line=inner.__code__.co_firstlineno,
    )


def code_root(function: Callable[..., object]) -> str:
    """Returns the directory that travels with a pipeline.

    It is the directory of the script; for a pipeline in a package, the directory that holds the package.
    """
    directory = state.target_directory or _script_directory()
    module = sys.modules.get(innermost(function).__module__)
    if module is None or not getattr(module, "__file__", None) or is_interactive(function):
        return directory or os.getcwd()
    _, file, top = module_place(module)
    if is_installed(file) or (directory is not None and is_inside(top, directory)):
        return directory or os.getcwd()
    return top


def _script_directory() -> str | None:
    main = sys.modules.get("__main__")
    file: str | None = getattr(main, "__file__", None)
    if main is None or file is None or getattr(main, "__spec__", None) is not None:
        return None
    return os.path.dirname(os.path.abspath(file))


def is_installed(file: str) -> bool:
    """Says whether a file belongs to an installed package or to Python itself."""
    parts = file.split(os.sep)
    return any(part in parts for part in _INSTALLED) or is_inside(file, os.path.dirname(os.__file__))


def is_inside(path: str, directory: str) -> bool:
    """Says whether a path is a directory or lies below it."""
    return path == directory or path.startswith(directory.rstrip(os.sep) + os.sep)


def search_path(root: str) -> list[str]:
    """Returns the directories below the root that modules are found in, relative to it.

    They are on `sys.path` here, for example `src`, and a job needs them there too.
    """
    found: list[str] = []
    for entry in sys.path:
        directory = os.path.abspath(entry)
        if (
            entry
            and directory != root
            and is_inside(directory, root)
            and not is_inside(directory, sys.prefix)
            and not is_installed(directory)
            and os.path.isdir(directory)
        ):
            found.append(os.path.relpath(directory, root))
    return list(dict.fromkeys(found))
