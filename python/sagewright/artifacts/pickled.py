"""Artifact type `cloudpickle`: any value that can be pickled and has no better form."""

from __future__ import annotations

import os
import sys

from sagewright.artifacts import previews
from sagewright.artifacts.base import CannotSave, Format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_FILE = "data.pkl"
_PROTOCOL = 5


class PickleFormat(Format):
    """A pickle; only the same Python with the same libraries is sure to read it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def save(self, value: Any, folder: str) -> dict[str, object]:
        """Pickles with cloudpickle, or with pickle where that is not installed."""
        pickler = _pickler()
        try:
            with open(os.path.join(folder, _FILE), "wb") as stream:
                pickler.dump(value, stream, protocol=_PROTOCOL)
        except OSError:
            raise
        except Exception as error:
            hint = "return something that can be written to a file, for example plain values or a path"
            if pickler.__name__ == "pickle":
                hint = "`python3 -m pip install cloudpickle` helps with functions and classes of a script"
            raise CannotSave(f"it cannot be pickled: {error}", hint=hint) from error
        metadata: dict[str, object] = {
            "pickler": pickler.__name__,
            "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        }
        library = type(value).__module__.partition(".")[0]
        version = getattr(sys.modules.get(library), "__version__", None)
        if isinstance(version, str):
            metadata["library"] = f"{library} {version}"
        return metadata

    def load(self, folder: str, metadata: Mapping[str, Any]) -> object:
        """Unpickles."""
        import pickle

        with open(os.path.join(folder, _FILE), "rb") as stream:
            return pickle.load(stream)

    def preview(self, value: Any, folder: str) -> dict[str, object]:
        """Shows what Python prints for the value."""
        return previews.text(repr(value))

    def note(self, value: Any) -> str:
        """Says that other tools cannot read it."""
        library = _pickler().__name__
        return f"stored with {library}: only the same Python with the same libraries is sure to read it"


def _pickler() -> Any:
    try:
        import cloudpickle
    except ImportError:
        import pickle

        return pickle
    return cloudpickle
