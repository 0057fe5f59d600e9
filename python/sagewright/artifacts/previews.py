"""Previews: what people see of an artifact without loading it, small enough for a record."""

from __future__ import annotations

import math

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NONE: dict[str, object] = {"kind": "none"}
TEXT_BYTES = 2048
JSON_BYTES = 4096
ROWS = 10
COLUMNS = 20
CELL_LENGTH = 100


def text(value: str) -> dict[str, object]:
    """Returns text as a preview, cut off at two kilobytes."""
    encoded = value[: TEXT_BYTES + 1].encode("utf-8", "replace")
    if len(encoded) <= TEXT_BYTES:
        return {"kind": "text", "text": encoded.decode("utf-8")}
    return {"kind": "text", "text": encoded[: TEXT_BYTES - 3].decode("utf-8", "ignore") + "..."}


def table(columns: Iterable[object], rows: Iterable[Sequence[object]], shape: tuple[int, int]) -> dict[str, object]:
    """Returns the first rows and columns of a table; the shape tells how large it is in full."""
    shown = [cut(str(name)) for _, name in zip(range(COLUMNS), columns, strict=False)]
    return {
        "kind": "table",
        "columns": shown,
        "rows": [[cell(item) for item in row[: len(shown)]] for _, row in zip(range(ROWS), rows, strict=False)],
        "shape": list(shape),
    }


def image(file: str, width: int, height: int, media_type: str = "image/png") -> dict[str, object]:
    """Returns a picture among the artifact's files as a preview."""
    return {"kind": "image", "file": file, "media_type": media_type, "width": width, "height": height}


def cell(value: object) -> object:
    """Returns a table's cell as JSON holds it: a number, a truth value, null, or text."""
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        value = value.item()
    if value is None or isinstance(value, bool):
        return value
    if type(value) is int and abs(value) < 2**53:
        return value
    if type(value) is float:
        return value if math.isfinite(value) else None if math.isnan(value) else str(value)
    return cut(str(value))


def cut(value: str) -> str:
    """Returns text that fits into a cell."""
    value = value.encode("utf-8", "replace").decode("utf-8")
    return value if len(value) <= CELL_LENGTH else f"{value[: CELL_LENGTH - 3]}..."
