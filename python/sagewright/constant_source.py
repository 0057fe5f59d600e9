"""Simple constants as source text."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LENGTH = 100_000
_PLAIN = (str, bytes, int, bool, type(None), complex, type(Ellipsis))


def constant_source(value: Any) -> tuple[str, str | None] | None:
    """Returns the source of a constant and the module that it needs, or None if it is not simple.

    Simple are plain values, collections of them, paths and loggers.
    """
    kind = type(value)
    if kind.__module__.startswith("pathlib") and kind.__name__.endswith(("PosixPath", "WindowsPath")):
        return f"pathlib.{kind.__name__}({str(value)!r})", "pathlib"
    if kind.__module__ == "logging" and kind.__name__ in ("Logger", "RootLogger"):
        return (
            "logging.getLogger()" if kind.__name__ == "RootLogger" else f"logging.getLogger({value.name!r})"
        ), "logging"
    if not _is_simple(value, 0):
        return None
    text = _float(value) if kind is float else repr(value)
    return (text, None) if len(text) <= _LENGTH else None


def _is_simple(value: Any, depth: int) -> bool:
    kind = type(value)
    if kind in _PLAIN:
        return True
    if kind is float:
        return depth == 0 or float("-inf") < value < float("inf")
    if depth > 20:
        return False
    if kind is dict:
        return all(_is_simple(key, depth + 1) and _is_simple(item, depth + 1) for key, item in value.items())
    return kind in (list, tuple, set, frozenset) and all(_is_simple(item, depth + 1) for item in value)


def _float(value: float) -> str:
    return repr(value) if float("-inf") < value < float("inf") else f'float("{value}")'
