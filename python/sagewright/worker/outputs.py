"""The step's outputs: what the function returned, checked against its annotation and saved."""

from __future__ import annotations

from sagewright import type_hints
from sagewright.worker.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sagewright.interface import Interface, Output

_DATA = frozenset(
    ("builtins", "datetime", "decimal", "matplotlib", "numpy", "pandas", "pathlib", "PIL", "polars", "pyarrow", "uuid")
)
_NUMBERS = (bool, int, float, complex)


def save(value: object, folders: Mapping[str, Any], interface: Interface) -> dict[str, object]:
    """Saves every output into its folder and returns what the result file says about each.

    Raises:
        Problem: The function returned something else than it says, or a value cannot be saved.
    """
    values = _values(value, interface)
    declared = {output.name for output in interface.outputs}
    if declared != set(folders):
        raise Problem(
            "Setup",
            f"step `{interface.name}` has the outputs {_listed(declared)}, but was submitted with {_listed(folders)}",
            hint="submit the pipeline again: the annotation has changed since",
        )
    notes = {
        output.name: _check_type(output, item, interface)
        for output, item in zip(interface.outputs, values, strict=True)
    }
    return {
        output.name: _save(output.name, item, folders[output.name]["path"], notes[output.name])
        for output, item in zip(interface.outputs, values, strict=True)
    }


def _values(value: object, interface: Interface) -> tuple[object, ...]:
    count = len(interface.outputs)
    if count == 0:
        if value is not None:
            raise Problem(
                "Serialization",
                f"step `{interface.name}` says `-> None` but returned a {type(value).__name__}",
                hint="annotate what it returns, or return nothing",
            )
        return ()
    if not interface.several:
        return (value,)
    names = ", ".join(output.name for output in interface.outputs)
    if not isinstance(value, tuple | list):
        raise Problem(
            "Serialization",
            f"step `{interface.name}` has {count} outputs ({names}) but returned a {type(value).__name__}",
            hint=f"return a tuple: `return {names}`",
        )
    if len(value) != count:
        raise Problem(
            "Serialization",
            f"step `{interface.name}` has {count} outputs ({names}) but returned {len(value)} values",
            hint=f"return a tuple: `return {names}`",
        )
    return tuple(value)


def _check_type(output: Output, value: object, interface: Interface) -> str | None:
    """Compares a value with its annotation; returns a note where they differ in a way that may be meant.

    A model that is not of the annotated base class is no reason to throw away what took hours to train. A missing
    `return`, or text in place of a frame, is.
    """
    if output.type_name is None or _fits(value, output.annotation):
        return None
    found = type_hints.type_name(type(value))
    if value is not None and not _is_data(output.annotation):
        return f"annotated as {output.type_name}, but is a {found}"
    raise Problem(
        "Serialization",
        f"output `{output.name}` of step `{interface.name}` should be of type {output.type_name}, "
        f"but the function returned {'nothing' if value is None else f'a {found}'}",
        hint="is a `return` missing?" if value is None else "correct the annotation or the value",
    )


def _is_data(annotation: object) -> bool:
    """Says whether an annotation names only types of data: those that have an artifact type of their own."""
    for member in type_hints.members(annotation):
        kind = type_hints.origin(type_hints.split_annotated(member)[0])
        library = getattr(kind, "__module__", "").partition(".")[0]
        if kind is not None and library not in _DATA and not hasattr(kind, "__dataclass_fields__"):
            return False
    return True


def _fits(value: object, annotation: object) -> bool:
    """Says whether a value may be what an annotation says; when in doubt, it may."""
    for member in type_hints.members(annotation):
        kind = type_hints.origin(type_hints.split_annotated(member)[0])
        if kind is None:
            kind = type_hints.NONE_TYPE
        if not isinstance(kind, type) or isinstance(kind, type_hints.Unresolved):
            # Any, a protocol, a type variable, a name that does not exist here: only nothing is suspicious.
            named = kind.__name__ if isinstance(kind, type_hints.Unresolved) else "None"
            return value is not None or "None" in named or "Optional" in named
        if kind in _NUMBERS and hasattr(value, "dtype"):
            return True
        if kind in _NUMBERS and type(value) in _NUMBERS:
            if _NUMBERS.index(type(value)) <= _NUMBERS.index(kind):
                return True
            continue
        try:
            if isinstance(value, kind):
                return True
        except TypeError:
            return True
    return False


def _save(name: str, value: object, folder: str, note: str | None) -> dict[str, object]:
    from sagewright import artifacts

    kind = type_hints.type_name(type(value))
    try:
        record = artifacts.save(value, folder)
    except artifacts.CannotSave as error:
        what = f"output `{name}` of type {kind} cannot be saved: {error}"
        raise Problem("Serialization", what, error.__cause__, hint=error.hint) from error
    except Exception as error:
        raise Problem(
            "Serialization",
            f"output `{name}` of type {kind} cannot be saved: {type(error).__name__}: {error}",
            error,
        ) from error
    if note is not None:
        record["note"] = note if record["note"] is None else f"{note}; {record['note']}"
    return record


def _listed(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "none"
