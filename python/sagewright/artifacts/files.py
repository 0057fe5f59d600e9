"""Artifact type `file`: a `pathlib.Path` of a file; the file itself is stored, under its own name."""

from __future__ import annotations

import os
import shutil

from sagewright.artifacts import previews
from sagewright.artifacts.base import CannotSave, Format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

_MEDIA_TYPES = {".png": "image/png"}
_PNG = b"\x89PNG\r\n\x1a\n"


class FileFormat(Format):
    """A file; the step that takes it gets the path of a copy."""

    def __init__(self, name: str) -> None:
        self.name = name

    def save(self, value: Path, folder: str) -> dict[str, object]:
        """Copies the file."""
        source = os.fspath(value)
        if not os.path.exists(source):
            raise CannotSave(
                f"there is no file or folder {os.path.abspath(source)}",
                hint="write it before the function returns its path",
            )
        if not os.path.isfile(source):
            raise CannotSave(f"{source} is neither a file nor a folder", hint="return the path of a plain file")
        name = os.path.basename(os.path.abspath(source))
        shutil.copyfile(source, os.path.join(folder, name))
        return {"file": name}

    def load(self, folder: str, metadata: Mapping[str, Any]) -> Path:
        """Returns the path of the copy."""
        from pathlib import Path

        return Path(folder, metadata["file"])

    def preview(self, value: Path, folder: str) -> dict[str, object]:
        """Shows the beginning of text, and pictures."""
        return preview_file(os.fspath(value))


def preview_file(path: str) -> dict[str, object]:
    """Returns what people see of a file."""
    with open(path, "rb") as stream:
        head = stream.read(previews.TEXT_BYTES * 2)
    if head.startswith(_PNG) and len(head) >= 24:
        size = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
        return previews.image(os.path.basename(path), *size)
    if b"\0" in head:
        return previews.NONE
    # The end of what was read may be in the middle of a character.
    for end in range(len(head), max(len(head) - 4, -1), -1):
        try:
            return previews.text(head[:end].decode("utf-8"))
        except UnicodeDecodeError:
            continue
    return previews.NONE
