"""Constants: values that are known when the pipeline is traced, and become part of its description."""

from __future__ import annotations

import sys

from sagewright.errors import PipelineError
from sagewright.handles import Handle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

_PLAIN = frozenset((str, int, bool, type(None)))
_FINITE = (float("-inf"), float("inf"))


def encode(value: object, owner: str, argument: str) -> object:
    """Returns a constant as JSON holds it; dataclasses become objects, tuples become lists.

    Args:
        value: The constant.
        owner: Names the step or pipeline in errors, such as "step `train`".
        argument: The argument that the constant is given for.

    Raises:
        PipelineError: The value has no form in JSON.
    """
    if type(value) in _PLAIN:
        return value
    return _Encoder(owner, argument).encode(value, "")


class _Encoder:
    def __init__(self, owner: str, argument: str) -> None:
        self._owner = owner
        self._argument = argument
        self._open: set[int] = set()

    def encode(self, value: Any, path: str) -> object:
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is float:
            if not _FINITE[0] < value < _FINITE[1]:
                self._refuse(path, f"{value!r}, which JSON cannot hold", "pass None or text instead")
            return value
        if isinstance(value, Handle):
            self._refuse(
                path,
                f"{value._what()} inside a {'list of lists or ' if path.startswith('[') else ''}collection",
                "pass it as an argument of its own, or as an item of a plain list",
            )
        if kind in (list, tuple, dict) or (not isinstance(value, type) and hasattr(kind, "__dataclass_fields__")):
            if id(value) in self._open:
                self._refuse(path, "a collection that contains itself", "pass it without the loop")
            self._open.add(id(value))
            encoded = self._collection(value, kind, path)
            self._open.discard(id(value))
            return encoded
        return self._foreign(value, path)

    def _collection(self, value: Any, kind: Any, path: str) -> object:
        if kind is dict:
            for key in value:
                if type(key) is not str:
                    self._refuse(path, f"a dict with the key {key!r}", "JSON's keys are text: use str keys")
            return {key: self.encode(item, f"{path}[{key!r}]") for key, item in value.items()}
        if kind in (list, tuple):
            return [self.encode(item, f"{path}[{index}]") for index, item in enumerate(value)]
        return {name: self.encode(getattr(value, name), f"{path}.{name}") for name in kind.__dataclass_fields__}

    def _foreign(self, value: object, path: str) -> NoReturn:
        kind = type(value)
        hint = "return it from a step, or pass plain values and make it inside the step"
        root = kind.__module__.partition(".")[0]
        if root == "numpy" and hasattr(value, "item") and not getattr(value, "shape", True):
            hint = "write `.item()` behind it to make it a plain number"
        elif kind.__name__ in ("PosixPath", "PurePosixPath", "WindowsPath"):
            hint = "pass str(path); to hand on a file, return its path from a step"
        elif kind in (set, frozenset):
            hint = "pass sorted(...) of it, a list"
        elif hasattr(value, "__sagewright__"):
            hint = "call it, and pass its result"
        name = kind.__qualname__ if root == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        self._refuse(path, f"of type {name}, which has no form in JSON", hint)

    def _refuse(self, path: str, what: str, hint: str) -> NoReturn:
        argument = f"argument `{self._argument}{path}`"
        raise PipelineError(f"{argument} of {self._owner} is {what}", hint=hint)


def restorable(annotation: object) -> bool:
    """Says whether a constant may come back as another type than JSON's, so that reading it takes work."""
    builtins = sys.modules["builtins"]
    return not (
        isinstance(annotation, type)
        and annotation.__module__ == "builtins"
        and getattr(builtins, annotation.__name__, None) is annotation
        and annotation not in (tuple, float, set, frozenset)
    )
