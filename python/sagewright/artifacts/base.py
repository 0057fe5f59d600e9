"""What an artifact type is: for users, and inside this package."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any


class CannotSave(Exception):  # noqa: N818
    """A value that cannot be stored; the message says why."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class CannotHold(Exception):  # noqa: N818
    """A value that a format is meant for but cannot hold in full, so that it is pickled instead."""


class ArtifactType:
    """How values of one Python type are stored. Derive from it and pass the class to `register`.

    Attributes:
        name: Name of the type in records, such as `mesh`.
        python_type: The class, or classes, whose instances are stored this way.
    """

    name: str = ""
    python_type: type | tuple[type, ...] = ()

    def save(self, value: Any, folder: Path) -> Mapping[str, object] | None:
        """Writes a value into an empty folder.

        Returns:
            What `load` needs besides the files, as plain values, or None.
        """
        raise NotImplementedError

    def load(self, folder: Path, metadata: Mapping[str, Any]) -> Any:
        """Returns the value that `save` wrote, given what `save` returned."""
        raise NotImplementedError

    def preview(self, value: Any) -> str | Mapping[str, object] | None:
        """Returns what people see of a value: text, or one of the preview forms of the worker protocol."""
        return repr(value)


class Format:
    """How values are stored, inside this package: folders are plain paths, so that starting is quick."""

    name: str = ""

    def save(self, value: Any, folder: str) -> dict[str, object]:
        """Writes a value into an empty folder and returns its metadata.

        Raises:
            CannotHold: Pickling it is better.
            CannotSave: It cannot be stored.
        """
        raise NotImplementedError

    def load(self, folder: str, metadata: Mapping[str, Any]) -> object:
        """Returns the value that was saved."""
        raise NotImplementedError

    def preview(self, value: Any, folder: str) -> dict[str, object]:
        """Returns what people see of the value."""
        raise NotImplementedError

    def note(self, value: Any) -> str | None:
        """Returns what people should know about how the value is stored."""
        return None


def is_number_of_numpy(value: Any) -> bool:
    """Says whether a value is a number or truth value of NumPy, which JSON holds as well as an array file."""
    kind = type(value)
    return (
        kind.__module__ == "numpy"
        and kind.__name__ != "ndarray"
        and getattr(value, "shape", None) == ()
        and (value.dtype.kind in "biuf")
    )
