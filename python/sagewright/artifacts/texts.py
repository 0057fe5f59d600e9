"""Artifact type `text`: a `str` as UTF-8."""

from __future__ import annotations

import os

from sagewright.artifacts import previews
from sagewright.artifacts.base import Format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_FILE = "data.txt"


class TextFormat(Format):
    """Text in one file; line ends are kept as they are."""

    def __init__(self, name: str) -> None:
        self.name = name

    def save(self, value: str, folder: str) -> dict[str, object]:
        """Writes the text."""
        with open(os.path.join(folder, _FILE), "wb") as stream:
            stream.write(value.encode("utf-8", "surrogatepass"))
        return {"characters": len(value), "lines": value.count("\n") + (not value.endswith("\n"))}

    def load(self, folder: str, metadata: Mapping[str, Any]) -> str:
        """Reads the text."""
        with open(os.path.join(folder, _FILE), "rb") as stream:
            return stream.read().decode("utf-8", "surrogatepass")

    def preview(self, value: str, folder: str) -> dict[str, object]:
        """Shows the beginning."""
        return previews.text(value)
