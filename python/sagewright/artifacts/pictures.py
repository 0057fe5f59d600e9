"""Artifact type `png`: matplotlib figures and PIL images."""

from __future__ import annotations

import os

from sagewright.artifacts import previews
from sagewright.artifacts.base import CannotHold, Format
from sagewright.artifacts.files import preview_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_FILE = "data.png"
_FIGURE = "figure.pkl"
_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I", "I;16")


class PictureFormat(Format):
    """A picture. A figure is kept beside its picture, so that a later step can go on drawing."""

    def __init__(self, name: str) -> None:
        self.name = name

    def save(self, value: Any, folder: str) -> dict[str, object]:
        """Writes the picture."""
        file = os.path.join(folder, _FILE)
        if hasattr(value, "savefig"):
            value.savefig(file, format="png", bbox_inches="tight")
            return {"library": "matplotlib", "figure": _keep_figure(value, os.path.join(folder, _FIGURE))}
        if value.mode not in _MODES:
            raise CannotHold(f"PNG has no pictures of mode {value.mode}")
        value.save(file, format="PNG")
        return {"library": "pillow", "mode": value.mode, "size": list(value.size)}

    def load(self, folder: str, metadata: Mapping[str, Any]) -> object:
        """Returns a PIL image, or the figure; a figure that could not be kept comes back as an image."""
        if metadata.get("figure"):
            import pickle

            with open(os.path.join(folder, _FIGURE), "rb") as stream:
                return pickle.load(stream)
        from PIL import Image

        with Image.open(os.path.join(folder, _FILE)) as picture:
            loaded = picture.copy()
        mode = metadata.get("mode")
        return loaded if mode in (None, loaded.mode) else loaded.convert(mode)

    def preview(self, value: Any, folder: str) -> dict[str, object]:
        """Shows the picture itself."""
        file = os.path.join(folder, _FILE)
        return preview_file(file) if os.path.exists(file) else previews.text(repr(value))


def _keep_figure(figure: Any, file: str) -> bool:
    import pickle

    try:
        data = pickle.dumps(figure)
    except Exception:
        # Some figures hold what cannot be pickled, such as callbacks; the picture is what matters.
        return False
    with open(file, "wb") as stream:
        stream.write(data)
    return True
