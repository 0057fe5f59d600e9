"""Artifact type `folder`: a `pathlib.Path` of a folder; everything in it is stored."""

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

_LISTED = 50


class FolderFormat(Format):
    """A tree of files; links are followed, and empty folders are kept in the metadata."""

    def __init__(self, name: str) -> None:
        self.name = name

    def save(self, value: Path, folder: str) -> dict[str, object]:
        """Copies the tree."""
        source = os.path.realpath(value)
        if os.path.commonpath([source, os.path.realpath(folder)]) == source:
            raise CannotSave(f"{source} holds the place it is to be copied to", hint="return a folder of your own")
        empty: list[str] = []
        files = 0
        for place, folders, names in os.walk(source, followlinks=True):
            relative = os.path.relpath(place, source)
            target = os.path.join(folder, relative)
            os.makedirs(target, exist_ok=True)
            for name in names:
                _copy(os.path.join(place, name), os.path.join(target, name))
            files += len(names)
            if not names and not folders and relative != ".":
                empty.append(relative)
        return {"name": os.path.basename(source), "files": files, "empty_folders": sorted(empty)}

    def load(self, folder: str, metadata: Mapping[str, Any]) -> Path:
        """Returns the path of the copy."""
        from pathlib import Path

        for relative in metadata.get("empty_folders", ()):
            os.makedirs(os.path.join(folder, relative), exist_ok=True)
        return Path(folder)

    def preview(self, value: Path, folder: str) -> dict[str, object]:
        """Lists the files."""
        lines: list[str] = []
        for place, folders, names in os.walk(folder):
            folders.sort()
            lines.extend(os.path.relpath(os.path.join(place, name), folder) for name in sorted(names))
            if len(lines) > _LISTED:
                lines[_LISTED:] = ["..."]
                break
        return previews.text("\n".join(lines))


def _copy(source: str, target: str) -> None:
    if not os.path.isfile(source):
        raise CannotSave(f"{source} is no file", hint="remove broken links, sockets and pipes from the folder")
    shutil.copyfile(source, target)
