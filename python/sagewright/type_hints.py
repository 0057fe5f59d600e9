"""Reading annotations without importing `typing` or `inspect`, and without failing on names that do not exist."""

from __future__ import annotations

import sys
from types import GenericAlias, UnionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FunctionType

NONE_TYPE = type(None)


class Unresolved(type):
    """A name in an annotation that does not exist when the pipeline is traced.

    Such names are common: `if TYPE_CHECKING: import pandas as pd`. They stand for themselves, as text.
    """

    def __getattr__(cls, name: str) -> Unresolved:
        if name.startswith("__"):
            raise AttributeError(name)
        return unresolved(f"{cls.__name__}.{name}")

    def __getitem__(cls, item: object) -> Unresolved:
        items = item if isinstance(item, tuple) else (item,)
        return unresolved(f"{cls.__name__}[{', '.join(describe(part) or '?' for part in items)}]")

    def __or__(cls, other: object) -> Unresolved:
        return unresolved(f"{cls.__name__} | {describe(other)}")

    def __ror__(cls, other: object) -> Unresolved:
        return unresolved(f"{describe(other)} | {cls.__name__}")


def unresolved(text: str) -> Unresolved:
    """Returns a stand-in for the name."""
    return Unresolved(text, (), {})


class _Names(dict[str, object]):
    """What an annotation's names mean: the module's globals, then builtins, then stand-ins."""

    def __missing__(self, name: str) -> object:
        builtins = sys.modules["builtins"]
        return getattr(builtins, name) if hasattr(builtins, name) else unresolved(name)


def of(function: FunctionType) -> dict[str, object]:
    """Returns the annotations of a function; text is evaluated."""
    names = function.__globals__
    return {name: evaluate(annotation, names) for name, annotation in _raw(function).items()}


def evaluate(annotation: object, names: Mapping[str, object]) -> object:
    """Returns what an annotation means in a module; one that cannot be read stands for itself."""
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__forward_arg__", None)
    if not isinstance(text, str):
        return annotation
    try:
        meant = eval(text, {"__builtins__": {}}, _Names(names))
        # A quoted annotation in a file with `from __future__ import annotations` is text of text.
        return eval(meant, {"__builtins__": {}}, _Names(names)) if isinstance(meant, str) else meant
    except Exception:
        return unresolved(text)


def _raw(function: FunctionType) -> Mapping[str, object]:
    try:
        return function.__annotations__
    except NameError:
        # Since Python 3.14 annotations are evaluated on demand, and names may be missing by then.
        annotationlib = __import__("annotationlib")
        raw: Mapping[str, object] = annotationlib.get_annotations(function, format=annotationlib.Format.FORWARDREF)
        return raw


def split_annotated(annotation: object) -> tuple[object, tuple[object, ...]]:
    """Returns the type and the metadata of `Annotated[type, ...]`; other annotations have no metadata."""
    metadata = getattr(annotation, "__metadata__", None)
    if isinstance(metadata, tuple) and hasattr(annotation, "__origin__"):
        return annotation.__origin__, metadata
    return annotation, ()


def members(annotation: object) -> tuple[object, ...]:
    """Returns the members of a union; any other annotation is its only member."""
    if isinstance(annotation, UnionType):
        return annotation.__args__
    typing = sys.modules.get("typing")
    if typing is not None and getattr(annotation, "__origin__", None) is typing.Union:
        arguments: tuple[object, ...] = getattr(annotation, "__args__", ())
        return arguments
    return (annotation,)


def origin(annotation: object) -> object:
    """Returns `list` for `list[int]`; an annotation without arguments is its own origin."""
    return getattr(annotation, "__origin__", annotation)


def arguments(annotation: object) -> tuple[object, ...]:
    """Returns `(int,)` for `list[int]`."""
    found = getattr(annotation, "__args__", ())
    return found if isinstance(found, tuple) else ()


def describe(annotation: object) -> str | None:
    """Returns an annotation as people write it: public names, no private module segments."""
    if annotation is None or annotation is NONE_TYPE:
        return "None"
    if annotation is Ellipsis:
        return "..."
    if isinstance(annotation, str):
        return annotation
    if isinstance(annotation, list | tuple):
        return f"[{', '.join(describe(item) or '?' for item in annotation)}]"
    forward = getattr(annotation, "__forward_arg__", None)
    if isinstance(forward, str):
        return forward
    if isinstance(annotation, Unresolved):
        return annotation.__name__
    inner, metadata = split_annotated(annotation)
    if metadata:
        return describe(inner)
    parts = members(annotation)
    if len(parts) > 1:
        return " | ".join(describe(part) or "?" for part in parts)
    if type(annotation) is not GenericAlias and isinstance(annotation, type):
        return type_name(annotation)
    return _describe_generic(annotation)


def _describe_generic(annotation: object) -> str:
    base = origin(annotation)
    if base is annotation:
        return str(annotation).removeprefix("typing.")
    name = type_name(base) if isinstance(base, type) else str(base).removeprefix("typing.")
    inside = arguments(annotation)
    if name == "Literal":
        return f"Literal[{', '.join(map(repr, inside))}]"
    return f"{name}[{', '.join(describe(item) or '?' for item in inside)}]" if inside else name


def type_name(kind: type) -> str:
    """Returns the name under which people know a class: `sklearn.ensemble.RandomForestClassifier`."""
    segments = list(_public(kind.__module__.split(".")))
    if not segments or segments in (["builtins"], ["__main__"]):
        return kind.__qualname__
    return ".".join([*segments, kind.__qualname__])


def _public(segments: list[str]) -> Iterator[str]:
    if segments in (["pandas", "core", "frame"], ["pandas", "core", "series"], ["polars", "dataframe", "frame"]):
        segments = segments[:1]
    for segment in segments:
        if segment == "__main__" or not segment.startswith("_"):
            yield segment
