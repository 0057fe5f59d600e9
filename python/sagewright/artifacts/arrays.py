"""Artifact type `npy`: NumPy arrays and scalars, without pickling."""

from __future__ import annotations

import os

from sagewright.artifacts import previews
from sagewright.artifacts.base import CannotHold, Format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_FILE = "data.npy"


class ArrayFormat(Format):
    """An array in NumPy's own file format, structured ones included."""

    def __init__(self, name: str) -> None:
        self.name = name

    def save(self, value: Any, folder: str) -> dict[str, object]:
        """Writes the array; a type that the format would change or pickle is refused."""
        import numpy

        scalar = isinstance(value, numpy.generic)
        kind = type(value)
        if not scalar and kind not in (numpy.ndarray, numpy.recarray, numpy.memmap):
            raise CannotHold(f"the npy format would lose what {kind.__name__} adds to an array")
        array = numpy.asarray(value)
        if array.dtype.hasobject:
            raise CannotHold("the array holds Python objects, which the npy format has no form for")
        plain = array.dtype
        if kind is numpy.recarray:
            plain = numpy.dtype(plain.descr)
        try:
            kept = numpy.lib.format.descr_to_dtype(numpy.lib.format.dtype_to_descr(plain)) == plain
        except (TypeError, ValueError):
            kept = False
        if not kept:
            raise CannotHold(f"the npy format has no form for the type {array.dtype}")
        numpy.save(os.path.join(folder, _FILE), array, allow_pickle=False)
        return {
            "dtype": str(array.dtype),
            "shape": list(array.shape),
            "class": "scalar" if scalar else "recarray" if kind is numpy.recarray else "ndarray",
        }

    def load(self, folder: str, metadata: Mapping[str, Any]) -> object:
        """Reads the array."""
        import numpy

        array = numpy.load(os.path.join(folder, _FILE), allow_pickle=False)
        if metadata.get("class") == "scalar":
            return array[()]
        return array.view(numpy.recarray) if metadata.get("class") == "recarray" else array

    def preview(self, value: Any, folder: str) -> dict[str, object]:
        """Shows two dimensions as a table, everything else as NumPy prints it."""
        import numpy

        array = numpy.asarray(value)
        if array.ndim == 2 and array.dtype.kind in "biuf" and array.size:
            rows = (list(row[: previews.COLUMNS]) for row in array)
            return previews.table(range(array.shape[1]), rows, (array.shape[0], array.shape[1]))
        shape = "x".join(str(length) for length in array.shape) or "scalar"
        shown = numpy.array2string(array, threshold=60, edgeitems=3)
        return previews.text(f"{array.dtype} {shape}\n{shown}")
