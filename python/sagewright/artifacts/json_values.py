"""Artifact type `json`: plain values, collections of them, dataclasses."""

from __future__ import annotations

import json
import os

from sagewright.artifacts import json_codec, previews
from sagewright.artifacts.base import CannotHold, Format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_FILE = "data.json"
_LIMITS = (1000, 200, 50, 10, 3)


class JsonFormat(Format):
    """JSON that any tool can read; what JSON has no form for is marked, so that Python gets the same value back."""

    def __init__(self, name: str) -> None:
        self.name = name

    def save(self, value: Any, folder: str) -> dict[str, object]:
        """Writes the value."""
        try:
            encoded = json_codec.encode(value)
        except RecursionError:
            raise CannotHold("the value contains itself, or is nested too deeply for JSON") from None
        with open(os.path.join(folder, _FILE), "w", encoding="utf-8") as stream:
            json.dump(encoded, stream, allow_nan=False)
        return {"length": len(value)} if hasattr(value, "__len__") else {}

    def load(self, folder: str, metadata: Mapping[str, Any]) -> object:
        """Reads the value."""
        with open(os.path.join(folder, _FILE), encoding="utf-8") as stream:
            return json_codec.decode(json.load(stream))

    def preview(self, value: Any, folder: str) -> dict[str, object]:
        """Shows the value without marks; of a large one, the beginning of each collection."""
        for limit in _LIMITS:
            plain = json_codec.plain(value, limit)
            if len(json.dumps(plain, ensure_ascii=False).encode("utf-8", "replace")) <= previews.JSON_BYTES:
                return {"kind": "json", "value": plain}
        return previews.text(repr(value))

    def note(self, value: Any) -> str | None:
        """Says that a path inside a value is only a name."""
        if type(value) in (dict, list, tuple) and json_codec.holds_path(value):
            return "holds a path: the file it names is not stored; return a path as an output of its own"
        return None
