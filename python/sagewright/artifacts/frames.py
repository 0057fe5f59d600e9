"""Artifact type `parquet`: data frames and series of pandas and Polars, tables of Arrow."""

from __future__ import annotations

import os

from sagewright.artifacts import previews
from sagewright.artifacts.base import CannotHold, Format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_FILE = "data.parquet"
_CLASSES = {
    "pandas": ("DataFrame", "Series"),
    "polars": ("DataFrame", "LazyFrame", "Series"),
    "pyarrow": ("Table",),
}


class FrameFormat(Format):
    """A table in one Parquet file; the metadata says which library it came from, and loading gives it back."""

    def __init__(self, name: str) -> None:
        self.name = name

    def save(self, value: Any, folder: str) -> dict[str, object]:
        """Writes the table; one that Parquet would change is refused."""
        library, kind = _kind(value)
        file = os.path.join(folder, _FILE)
        if library == "pandas":
            details = _pandas(file).save(value, file)
        elif library == "polars":
            details = _save_polars(value, kind, file)
        else:
            import pyarrow.parquet

            pyarrow.parquet.write_table(value, file)
            details = {"rows": value.num_rows, "columns": value.num_columns}
        return {"library": library, "class": kind, **details}

    def load(self, folder: str, metadata: Mapping[str, Any]) -> object:
        """Reads the table."""
        file = os.path.join(folder, _FILE)
        library = metadata.get("library")
        if library == "polars":
            return _load_polars(file, metadata)
        if library == "pandas":
            loaded: object = _pandas(file).load(file, metadata)
            return loaded
        import pyarrow.parquet

        return pyarrow.parquet.read_table(file)

    def preview(self, value: Any, folder: str) -> dict[str, object]:
        """Shows the first rows."""
        library, kind = _kind(value)
        if kind == "LazyFrame":
            value = value.head(previews.ROWS).collect()
        if kind == "Series":
            value = value.to_frame() if value.name is not None else value.to_frame("value")
        if library == "pandas":
            head = value.head(previews.ROWS)
            rows: Any = zip(*(head.iloc[:, at] for at in range(min(head.shape[1], previews.COLUMNS))), strict=True)
            return previews.table(value.columns, rows, value.shape)
        if library == "polars":
            return previews.table(value.columns, value.head(previews.ROWS).rows(), value.shape)
        head = value.slice(0, previews.ROWS).to_pylist()
        return previews.table(value.column_names, [list(row.values()) for row in head], value.shape)


def _kind(value: Any) -> tuple[str, str]:
    kind = type(value)
    library = kind.__module__.partition(".")[0]
    if kind.__name__ in _CLASSES.get(library, ()):
        return library, kind.__name__
    raise CannotHold(f"Parquet has no form for {kind.__module__}.{kind.__qualname__}")


def _pandas(file: str) -> Any:
    try:
        from sagewright.artifacts import frames_of_pandas
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "pyarrow" or os.path.exists(file):
            raise
        raise CannotHold("pyarrow is not installed, without which pandas cannot write Parquet") from None
    return frames_of_pandas


def _save_polars(value: Any, kind: str, file: str) -> dict[str, object]:
    import polars

    frame: Any = value
    details: dict[str, object] = {}
    if kind == "LazyFrame":
        frame = value.collect()
    elif kind == "Series":
        details["name"] = value.name
        frame = value.to_frame("value")
    for name, dtype in frame.schema.items():
        if dtype == polars.Object:
            raise CannotHold(f"the column {name!r} holds Python objects, which Parquet has no form for")
    try:
        frame.write_parquet(file)
    except polars.exceptions.PolarsError as error:
        raise CannotHold(f"Parquet cannot hold the frame ({error})") from error
    return {**details, "rows": frame.height, "columns": frame.width}


def _load_polars(file: str, metadata: Mapping[str, Any]) -> object:
    import polars

    frame = polars.read_parquet(file)
    if metadata.get("class") == "LazyFrame":
        return frame.lazy()
    if metadata.get("class") == "Series":
        return frame.to_series().alias(metadata.get("name") or "")
    return frame
