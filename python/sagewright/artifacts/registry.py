"""Choosing the artifact type of a value, and finding a stored artifact's type again."""

from __future__ import annotations

import os
from importlib import import_module

from sagewright.artifacts.base import ArtifactType, CannotHold, CannotSave, Format, is_number_of_numpy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

_FORMATS = {
    "bytes": "binary:BytesFormat",
    "cloudpickle": "pickled:PickleFormat",
    "file": "files:FileFormat",
    "folder": "folders:FolderFormat",
    "json": "json_values:JsonFormat",
    "npy": "arrays:ArrayFormat",
    "parquet": "frames:FrameFormat",
    "png": "pictures:PictureFormat",
    "text": "texts:TextFormat",
}
_EXACT = {
    "builtins.str": "text",
    "builtins.bytes": "bytes",
    "builtins.bytearray": "bytes",
    **dict.fromkeys(
        (
            *(
                f"builtins.{name}"
                for name in ("NoneType", "bool", "complex", "dict", "float", "frozenset", "int", "list", "set", "tuple")
            ),
            *(f"datetime.{name}" for name in ("date", "datetime", "time", "timedelta")),
            "decimal.Decimal",
            "uuid.UUID",
        ),
        "json",
    ),
}
_LIBRARIES = {
    "numpy": "npy",
    "pandas": "parquet",
    "polars": "parquet",
    "pyarrow": "parquet",
    "matplotlib": "png",
    "PIL": "png",
    "pathlib": "path",
    "enum": "json",
}

_registered: list[UserFormat] = []


class UserFormat(Format):
    """An artifact type that a user has registered, as a format of this package."""

    def __init__(self, kind: ArtifactType, module: str) -> None:
        self.kind = kind
        self.name = kind.name
        self._module = module

    def save(self, value: Any, folder: str) -> dict[str, object]:
        """Saves through the user's type; the module that registered it is noted for whoever loads."""
        from pathlib import Path

        metadata = self.kind.save(value, Path(folder))
        return {"registered_by": self._module, "metadata": dict(metadata or {})}

    def load(self, folder: str, metadata: Mapping[str, Any]) -> object:
        """Loads through the user's type."""
        from pathlib import Path

        return self.kind.load(Path(folder), metadata.get("metadata", {}))

    def preview(self, value: Any, folder: str) -> dict[str, object]:
        """Returns what the user's type shows, as text unless it has a form."""
        from sagewright.artifacts import previews

        shown = self.kind.preview(value)
        if shown is None:
            return previews.NONE
        return previews.text(shown) if isinstance(shown, str) else dict(shown)


class _Functions(ArtifactType):
    """An artifact type made of two functions."""

    def __init__(self, name: str, python_type: type, save: Callable[..., Any], load: Callable[..., Any]) -> None:
        self.name = name
        self.python_type = python_type
        self._save = save
        self._load = load

    def save(self, value: Any, folder: Any) -> Mapping[str, object] | None:
        result: Mapping[str, object] | None = self._save(value, folder)
        return result

    def load(self, folder: Any, metadata: Mapping[str, Any]) -> Any:
        return self._load(folder)


def register(
    artifact_type: type,
    save: Callable[[Any, Any], Mapping[str, object] | None] | None = None,
    load: Callable[[Any], Any] | None = None,
    *,
    name: str | None = None,
) -> type:
    """Adds an artifact type. Call it where a step's module is imported, so that jobs do it too.

    Either with a class derived from `ArtifactType`, which also works as a decorator:

        @register
        class MeshType(ArtifactType): ...

    or with a Python type and two functions, `save(value, folder)` and `load(folder)`:

        register(Mesh, save_mesh, load_mesh)

    The type registered last comes first, and registered types come before the built-in ones.

    Args:
        artifact_type: The class derived from `ArtifactType`, or the Python type.
        save: Writes a value into an empty folder, a `pathlib.Path`.
        load: Returns the value from the folder.
        name: Name in records; by default that of the class, or of the Python type.
    """
    kind = _kind(artifact_type, save, load, name)
    if not kind.name or not kind.python_type:
        message = f"{artifact_type.__name__} sets no `name` or no `python_type`"
        raise TypeError(message)
    if kind.name in _FORMATS:
        message = f"the artifact type {kind.name!r} is built in: choose another name"
        raise ValueError(message)
    module = artifact_type.__module__ if save is None else save.__module__
    _registered[:] = [known for known in _registered if known.name != kind.name]
    _registered.append(UserFormat(kind, module))
    return artifact_type


def _kind(
    artifact_type: Any,
    save: Callable[..., Any] | None,
    load: Callable[..., Any] | None,
    name: str | None,
) -> ArtifactType:
    if not isinstance(artifact_type, type):
        message = f"register takes a class, not {artifact_type!r}"
        raise TypeError(message)
    if save is not None and load is not None:
        return _Functions(name or f"{artifact_type.__module__}.{artifact_type.__qualname__}", artifact_type, save, load)
    if save is not None or load is not None or not issubclass(artifact_type, ArtifactType):
        message = f"{artifact_type.__name__} needs both `save` and `load`, or derives from ArtifactType"
        raise TypeError(message)
    kind: ArtifactType = artifact_type()
    if name is not None:
        kind.name = name
    return kind


def save(value: object, folder: str) -> dict[str, object]:
    """Saves a value into an empty folder and returns its type, metadata, preview and note.

    Raises:
        CannotSave: No type can store it.
    """
    from sagewright.artifacts import previews
    from sagewright.type_hints import type_name

    form = _choose(value)
    note = form.note(value)
    stored: Format = form
    try:
        metadata = form.save(value, folder)
    except CannotHold as reason:
        _empty(folder)
        stored = _format("cloudpickle")
        metadata = stored.save(value, folder)
        note = f"{reason}; {stored.note(value)}"
    try:
        preview = form.preview(value, folder)
    except Exception:
        preview = previews.NONE
    return {
        "type": stored.name,
        "language_type": type_name(type(value)),
        "metadata": metadata,
        "preview": preview,
        "note": note,
    }


def load(folder: str, kind: str, metadata: Mapping[str, Any]) -> object:
    """Returns the value of an artifact.

    Args:
        folder: Where its files are.
        kind: Its type, as `save` returned it.
        metadata: Its metadata, as `save` returned it.
    """
    return _find(kind, metadata).load(folder, metadata)


def _choose(value: object) -> Format:
    for registered in reversed(_registered):
        if isinstance(value, registered.kind.python_type):
            return registered
    kind = type(value)
    name = _EXACT.get(f"{kind.__module__}.{kind.__qualname__}")
    if name is None:
        name = _by_library(value, kind)
    return _format(name)


def _by_library(value: Any, kind: type) -> str:
    for base in kind.__mro__:
        name = _LIBRARIES.get(base.__module__.partition(".")[0])
        if name == "path":
            return "folder" if os.path.isdir(value) else "file"
        if name == "npy" and is_number_of_numpy(value):
            return "json"
        if name == "png" and base.__name__ not in ("Figure", "Image"):
            continue
        if name is not None:
            return name
    if hasattr(kind, "__dataclass_fields__") or (issubclass(kind, tuple) and hasattr(kind, "_fields")):
        return "json"
    return "cloudpickle"


def _format(name: str) -> Format:
    module, _, attribute = _FORMATS[name].partition(":")
    made: Format = getattr(import_module(f"sagewright.artifacts.{module}"), attribute)(name)
    return made


def _find(kind: str, metadata: Mapping[str, Any]) -> Format:
    if kind in _FORMATS:
        return _format(kind)
    for attempt in range(2):
        for registered in _registered:
            if registered.name == kind:
                return registered
        module = metadata.get("registered_by")
        if attempt == 0 and module:
            import_module(module)
    message = f"the artifact type {kind!r} is not registered here"
    raise CannotSave(message, hint="import the module that calls sagewright.artifacts.register")


def _empty(folder: str) -> None:
    import shutil

    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.unlink(entry.path)
