"""Constants and parameters arrive as JSON; this makes of them what a function's annotation asks for."""

from __future__ import annotations

from sagewright import type_hints

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_BARE = frozenset((str, int, bool, list, dict, object, type_hints.NONE_TYPE))


def convert(value: object, annotation: object, names: Mapping[str, object]) -> object:
    """Returns a JSON value as the annotated type: a dataclass, a tuple, a float, or a collection of those.

    Args:
        value: What JSON holds.
        annotation: The annotation; one that says nothing about the value leaves it as it is.
        names: The names of the module that the annotation was written in.
    """
    annotation, _ = type_hints.split_annotated(type_hints.evaluate(annotation, names))
    if annotation is None or (isinstance(annotation, type) and annotation in _BARE):
        return value
    parts = type_hints.members(annotation)
    if len(parts) > 1:
        return _member(value, parts, names)
    if annotation is float:
        return float(value) if type(value) is int else value
    origin = type_hints.origin(annotation)
    inside = type_hints.arguments(annotation)
    if isinstance(value, dict):
        if isinstance(annotation, type) and hasattr(annotation, "__dataclass_fields__"):
            return _dataclass(value, annotation)
        if origin is dict and len(inside) == 2:
            return {key: convert(item, inside[1], names) for key, item in value.items()}
    if isinstance(value, list):
        return _collection(value, origin, inside, names)
    return value


def _member(value: object, parts: tuple[object, ...], names: Mapping[str, object]) -> object:
    """Returns the value as the member of a union that changes it, if exactly one does."""
    if type(value) in parts:
        return value
    changed = [made for made in (convert(value, part, names) for part in parts) if made is not value]
    return changed[0] if len(changed) == 1 else value


def _collection(value: list[object], origin: object, inside: tuple[object, ...], names: Mapping[str, object]) -> object:
    if origin is tuple and inside and Ellipsis not in inside:
        if len(inside) != len(value):
            return tuple(value)
        return tuple(convert(item, kind, names) for item, kind in zip(value, inside, strict=True))
    items = [convert(item, inside[0], names) for item in value] if inside else value
    if origin is tuple:
        return tuple(items)
    return items


def _dataclass(value: dict[str, object], kind: Any) -> object:
    """Returns an instance with these fields; `__init__` is called, as the field values are plain."""
    fields = kind.__dataclass_fields__
    if any(name not in fields for name in value):
        return value
    module = vars(__import__("sys").modules.get(kind.__module__, object))
    converted = {name: convert(item, fields[name].type, module) for name, item in value.items()}
    made = kind(**{name: item for name, item in converted.items() if fields[name].init})
    for name, item in converted.items():
        if not fields[name].init:
            object.__setattr__(made, name, item)
    return made
