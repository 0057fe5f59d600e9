"""Python values as JSON and back.

What JSON has a form for is written as it is. Anything else becomes an object with one key that starts with `$`,
for example `{"$tuple": [1, 2]}`, so that decoding gives the same value.
"""

from __future__ import annotations

import math
import sys

from sagewright.artifacts.base import CannotHold, is_number_of_numpy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_PLAIN = frozenset((str, int, bool, type(None)))
_PLAIN_OR_FLOAT = _PLAIN | {float}
_COLLECTIONS: dict[type, str] = {tuple: "$tuple", set: "$set", frozenset: "$frozenset"}
_MORE = "..."


def encode(value: Any) -> object:
    """Returns a value as JSON holds it.

    Raises:
        CannotHold: Something in it has no form.
        RecursionError: It contains itself.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is float:
        return value if math.isfinite(value) else {"$float": str(value)}
    if kind is list:
        kinds = set(map(type, value))
        if kinds <= _PLAIN or (kinds <= _PLAIN_OR_FLOAT and all(map(math.isfinite, _floats(value)))):
            return value
        return [encode(item) for item in value]
    if kind is dict:
        if all(type(key) is str and not key.startswith("$") for key in value):
            return {key: encode(item) for key, item in value.items()}
        return {"$dict": [[encode(key), encode(item)] for key, item in value.items()]}
    if kind in _COLLECTIONS:
        items = [encode(item) for item in value]
        if kind is not tuple:
            items.sort(key=repr)
        return {_COLLECTIONS[kind]: items}
    return _encode_object(value, kind)


def _floats(values: list[Any]) -> list[float]:
    return [value for value in values if type(value) is float]


def _encode_object(value: Any, kind: Any) -> object:
    if hasattr(kind, "__dataclass_fields__"):
        _check_dataclass(kind)
        fields = {name: encode(getattr(value, name)) for name in kind.__dataclass_fields__ if hasattr(value, name)}
        return {"$dataclass": [_reference(kind), fields]}
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return {"$namedtuple": [_reference(kind), [encode(item) for item in value]]}
    if any(base.__module__ == "enum" and base.__name__ == "Enum" for base in kind.__mro__):
        if value.name is None or kind.__members__.get(value.name) is not value:
            raise CannotHold(f"{value!r} is a combination of flags, which JSON has no form for")
        return {"$enum": [_reference(kind), value.name]}
    encoder = _ENCODERS.get(f"{kind.__module__}.{kind.__qualname__}")
    if encoder is not None:
        return encoder(value)
    if is_number_of_numpy(value):
        if value.dtype.itemsize > 8:
            raise CannotHold(f"{value.dtype} is more exact than JSON's numbers")
        return {"$numpy": [str(value.dtype), encode(value.item())]}
    raise CannotHold(f"it holds a {kind.__module__}.{kind.__qualname__}, which JSON has no form for")


def _check_dataclass(kind: type) -> None:
    for base in kind.__mro__[:-1]:
        if "__dataclass_fields__" not in vars(base) and base.__module__ not in ("typing", "abc"):
            raise CannotHold(f"the dataclass {kind.__name__} derives from {base.__name__}, which is none")


def _reference(kind: type) -> str:
    if kind.__module__ == "__main__" or "<locals>" in kind.__qualname__:
        raise CannotHold(f"the class {kind.__qualname__} cannot be imported by its name")
    return f"{kind.__module__}:{kind.__qualname__}"


def _encode_datetime(value: Any) -> object:
    zone = value.tzinfo
    if zone is None or type(zone).__module__ == "datetime":
        return {"$datetime": [value.isoformat(), None, value.fold]}
    if type(zone).__module__.startswith("zoneinfo") and zone.key:
        return {"$datetime": [value.replace(tzinfo=None).isoformat(), zone.key, value.fold]}
    raise CannotHold(f"it holds a time zone of {type(zone).__module__}, which JSON has no form for")


def _encode_time(value: Any) -> object:
    if value.tzinfo is not None and type(value.tzinfo).__module__ != "datetime":
        raise CannotHold("it holds a time of day with a time zone, which JSON has no form for")
    return {"$time": value.isoformat()}


_ENCODERS: dict[str, Callable[[Any], object]] = {
    "builtins.bytes": lambda value: {"$bytes": value.hex()},
    "builtins.complex": lambda value: {"$complex": [encode(value.real), encode(value.imag)]},
    "datetime.date": lambda value: {"$date": value.isoformat()},
    "datetime.datetime": _encode_datetime,
    "datetime.time": _encode_time,
    "datetime.timedelta": lambda value: {"$timedelta": [value.days, value.seconds, value.microseconds]},
    "decimal.Decimal": lambda value: {"$decimal": str(value)},
    "pathlib.PosixPath": lambda value: {"$path": str(value)},
    "pathlib._local.PosixPath": lambda value: {"$path": str(value)},
    "uuid.UUID": lambda value: {"$uuid": str(value)},
}


def decode(value: Any) -> object:
    """Returns the value that `encode` was given."""
    if type(value) is list:
        kinds = set(map(type, value))
        return value if kinds <= _PLAIN_OR_FLOAT else [decode(item) for item in value]
    if type(value) is not dict:
        return value
    if len(value) == 1:
        ((key, inside),) = value.items()
        if key.startswith("$"):
            decoder = _DECODERS.get(key)
            if decoder is None:
                message = f"the mark {key!r} is not known; a newer version of Sagewright wrote it"
                raise ValueError(message)
            return decoder(inside)
    return {key: decode(item) for key, item in value.items()}


def _class(reference: str) -> Any:
    module, _, name = reference.partition(":")
    __import__(module)
    found: Any = sys.modules[module]
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _decode_dataclass(inside: Any) -> object:
    kind = _class(inside[0])
    made = object.__new__(kind)
    for name, item in inside[1].items():
        object.__setattr__(made, name, decode(item))
    return made


def _decode_datetime(inside: Any) -> object:
    from datetime import datetime

    text, zone, fold = inside
    made = datetime.fromisoformat(text)
    if zone is not None:
        from zoneinfo import ZoneInfo

        made = made.replace(tzinfo=ZoneInfo(zone))
    return made.replace(fold=fold)


def _number(part: Any) -> Any:
    return decode(part)


def _decode_numpy(inside: Any) -> object:
    import numpy

    return numpy.dtype(inside[0]).type(decode(inside[1]))


def _decode_from(module: str, name: str, method: str | None = None) -> Callable[[Any], object]:
    def made(inside: Any) -> object:
        found = getattr(__import__(module), name)
        make = found if method is None else getattr(found, method)
        result: object = make(*inside) if isinstance(inside, list) else make(inside)
        return result

    return made


_DECODERS: dict[str, Callable[[Any], object]] = {
    "$bytes": bytes.fromhex,
    "$complex": lambda inside: complex(*map(_number, inside)),
    "$dataclass": _decode_dataclass,
    "$date": _decode_from("datetime", "date", "fromisoformat"),
    "$datetime": _decode_datetime,
    "$decimal": _decode_from("decimal", "Decimal"),
    "$dict": lambda inside: {decode(key): decode(item) for key, item in inside},
    "$enum": lambda inside: _class(inside[0])[inside[1]],
    "$float": float,
    "$frozenset": lambda inside: frozenset(map(decode, inside)),
    "$namedtuple": lambda inside: _class(inside[0])(*map(decode, inside[1])),
    "$numpy": _decode_numpy,
    "$path": _decode_from("pathlib", "Path"),
    "$set": lambda inside: set(map(decode, inside)),
    "$time": _decode_from("datetime", "time", "fromisoformat"),
    "$timedelta": _decode_from("datetime", "timedelta"),
    "$tuple": lambda inside: tuple(map(decode, inside)),
    "$uuid": _decode_from("uuid", "UUID"),
}


def plain(value: Any, limit: int) -> object:
    """Returns a value for people: JSON without marks, each collection and text cut off at `limit` items."""
    kind = type(value)
    if kind is str:
        text: str = value if len(value) <= limit * 4 else value[: limit * 4] + _MORE
        return text.encode("utf-8", "replace").decode("utf-8")
    if kind is int:
        return value if abs(value) < 2**63 else str(value)
    if kind in _PLAIN:
        return value
    if kind is float:
        return value if math.isfinite(value) else str(value)
    if hasattr(kind, "__dataclass_fields__"):
        return {name: plain(getattr(value, name, None), limit) for name in kind.__dataclass_fields__}
    if kind is dict:
        shown = {str(key): plain(item, limit) for (key, item), _ in zip(value.items(), range(limit), strict=False)}
        return shown if len(value) <= limit else {**shown, _MORE: len(value) - limit}
    if isinstance(value, list | tuple | set | frozenset):
        items = [plain(item, limit) for item, _ in zip(value, range(limit), strict=False)]
        return items if len(value) <= limit else [*items, _MORE]
    if is_number_of_numpy(value):
        return plain(value.item(), limit)
    if any(base.__module__ == "enum" for base in kind.__mro__):
        return value.name
    return plain(str(value), limit)


def holds_path(value: Any) -> bool:
    """Says whether a path is a direct item of a collection."""
    items = value.values() if isinstance(value, dict) else value
    return any(type(item).__name__ == "PosixPath" for item in items)
