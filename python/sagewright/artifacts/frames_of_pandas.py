"""Frames and series of pandas as Parquet, such that exactly the same frame comes back.

Arrow keeps the index, the labels and nearly every type. What it changes, for example text of type `object` that comes
back as `str`, is noted when saving and put right when loading; what cannot be put right is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas
import pyarrow
import pyarrow.parquet

from sagewright.artifacts.base import CannotHold

if TYPE_CHECKING:
    from collections.abc import Mapping

_EXACT_OBJECTS = ("string", "boolean", "date", "decimal", "empty")


def save(value: Any, file: str) -> dict[str, object]:
    """Writes a frame or a series and returns what loading needs to know.

    Raises:
        CannotHold: Another frame would come back.
    """
    details: dict[str, object] = {}
    frame = value
    if isinstance(value, pandas.Series):
        if value.name is not None and type(value.name) not in (str, int):
            raise CannotHold(f"the series has a name of type {type(value.name).__name__}")
        details["name"] = value.name
        frame = value.to_frame("value")
    if not isinstance(frame.columns, pandas.MultiIndex) and frame.columns.inferred_type.startswith("mixed"):
        raise CannotHold("the column labels are of several types, which Parquet would change")
    missing = {str(at): kind for at, kind in _missing_values(frame)}
    try:
        table = pyarrow.Table.from_pandas(frame)
        pyarrow.parquet.write_table(table, file)
        back = pyarrow.parquet.ParquetFile(file).schema_arrow.empty_table().to_pandas()
    except (pyarrow.ArrowException, TypeError, ValueError) as error:
        raise CannotHold(f"Parquet cannot hold the frame ({str(error).splitlines()[0]})") from error
    _check_labels(frame, back)
    return {
        **details,
        "rows": int(frame.shape[0]),
        "columns": int(frame.shape[1]),
        "dtypes": _changed_columns(frame, back),
        "missing": missing,
        "index": _index_details(frame.index, back.index),
        "columns_frequency": _frequency(frame.columns),
    }


def load(file: str, metadata: Mapping[str, Any]) -> object:
    """Reads what `save` wrote."""
    frame = pyarrow.parquet.read_table(file).to_pandas()
    for at, name in metadata.get("dtypes", {}).items():
        column = frame.iloc[:, int(at)]
        if name == "category-object":
            frame.isetitem(int(at), column.cat.rename_categories(column.cat.categories.astype(object)))
        else:
            frame.isetitem(int(at), column.astype(name))
    for at in metadata.get("missing", {}):
        column = frame.iloc[:, int(at)].astype(object)
        filler = None if metadata["missing"][at] == "none" else float("nan")
        frame.isetitem(int(at), column.where(column.notna(), filler))
    _restore_index(frame, metadata.get("index", {}))
    if metadata.get("columns_frequency"):
        frame.columns.freq = metadata["columns_frequency"]
    if metadata.get("class") == "Series":
        return frame["value"].rename(metadata.get("name"))
    return frame


def _missing_values(frame: Any) -> list[tuple[int, str]]:
    """Returns the `object` columns with missing values, and whether these are None or NaN."""
    found: list[tuple[int, str]] = []
    for at in range(frame.shape[1]):
        column = frame.iloc[:, at]
        if column.dtype != object:
            continue
        inferred = pandas.api.types.infer_dtype(column, skipna=True)
        if inferred not in _EXACT_OBJECTS:
            raise CannotHold(
                f"column {frame.columns[at]!r} holds objects of kind {inferred}, which Parquet would change"
            )
        gaps = column[column.isna()]
        kinds = {"none" if item is None else "nan" if isinstance(item, float) else "other" for item in gaps}
        if len(kinds) > 1 or "other" in kinds:
            raise CannotHold(f"column {frame.columns[at]!r} mixes kinds of missing values, which Parquet would change")
        if kinds:
            found.append((at, kinds.pop()))
    return found


def _check_labels(frame: Any, back: Any) -> None:
    same = frame.columns.equals(back.columns) and frame.columns.names == back.columns.names
    if not same or frame.columns.inferred_type != back.columns.inferred_type:
        raise CannotHold("the column labels are of a kind that Parquet would change")
    if list(frame.index.names) != list(back.index.names):
        raise CannotHold("the index has names that Parquet would change")


def _changed_columns(frame: Any, back: Any) -> dict[str, str]:
    """Returns the types to put right, by the position of the column."""
    changed: dict[str, str] = {}
    for at in range(frame.shape[1]):
        wanted, found = frame.dtypes.iloc[at], back.dtypes.iloc[at]
        if isinstance(wanted, pandas.CategoricalDtype):
            if wanted.categories.dtype == object:
                changed[str(at)] = "category-object"
        elif wanted != found:
            try:
                restored = back.iloc[:, at].astype(str(wanted)).dtype
            except (TypeError, ValueError):
                restored = None
            if restored != wanted:
                raise CannotHold(f"column {frame.columns[at]!r} is of type {wanted}, which Parquet would change")
            changed[str(at)] = str(wanted)
    return changed


def _index_details(index: Any, back: Any) -> dict[str, object]:
    details: dict[str, object] = {}
    if isinstance(index, pandas.MultiIndex):
        levels = [at for at in range(index.nlevels) if index.levels[at].dtype == object]
        for at in levels:
            _check_object_index(index.levels[at])
        return {"object_levels": levels} if levels else {}
    if index.dtype == object and not isinstance(index, pandas.RangeIndex):
        _check_object_index(index)
        details["dtype"] = "object"
    elif not isinstance(index, pandas.RangeIndex | pandas.CategoricalIndex) and index.dtype != back.dtype:
        details["dtype"] = str(index.dtype)
    frequency = _frequency(index)
    if frequency is not None:
        details["frequency"] = frequency
    return details


def _frequency(index: Any) -> str | None:
    if not isinstance(index, pandas.DatetimeIndex | pandas.TimedeltaIndex):
        return None
    frequency: str | None = index.freqstr
    return frequency


def _check_object_index(index: Any) -> None:
    if pandas.api.types.infer_dtype(index, skipna=False) not in ("string", "date", "decimal", "empty"):
        raise CannotHold("the index holds objects of a kind that Parquet would change")


def _restore_index(frame: Any, details: Mapping[str, Any]) -> None:
    if "dtype" in details:
        frame.index = frame.index.astype(details["dtype"])
    if "frequency" in details:
        frame.index.freq = details["frequency"]
    for at in details.get("object_levels", ()):
        frame.index = frame.index.set_levels(frame.index.levels[at].astype(object), level=at)
