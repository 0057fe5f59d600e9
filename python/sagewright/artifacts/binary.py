"""Artifact type `bytes`: `bytes` and `bytearray` as they are."""

from __future__ import annotations

import os

from sagewright.artifacts import previews
from sagewright.artifacts.base import Format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_FILE = "data.bin"


class BytesFormat(Format):
    """Bytes in one file."""

    def __init__(self, name: str) -> None:
        self.name = name

    def save(self, value: bytes | bytearray, folder: str) -> dict[str, object]:
        """Writes the bytes."""
        with open(os.path.join(folder, _FILE), "wb") as stream:
            stream.write(value)
        return {"class": type(value).__name__}

    def load(self, folder: str, metadata: Mapping[str, Any]) -> bytes | bytearray:
        """Reads the bytes."""
        with open(os.path.join(folder, _FILE), "rb") as stream:
            data = stream.read()
        return bytearray(data) if metadata.get("class") == "bytearray" else data

    def preview(self, value: bytes | bytearray, folder: str) -> dict[str, object]:
        """Shows the first bytes in hexadecimal."""
        more = "" if len(value) <= 64 else " ..."
        return previews.text(value[:64].hex(" ") + more)
