"""The arguments of a pipeline function: scalars are parameters that a run can set, the rest are constants."""

from __future__ import annotations

from sagewright import type_hints
from sagewright.constants import encode
from sagewright.errors import PipelineError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagewright.interface import Interface

_SCALARS: dict[object, str] = {bool: "boolean", int: "integer", float: "float", str: "string"}
_EXAMPLES = {"boolean": "True or False", "integer": "a whole number", "float": "a number", "string": "text"}


class Parameter:
    """A pipeline parameter: a scalar that each run can set."""

    __slots__ = ("default", "kind", "name", "required")

    def __init__(self, name: str, kind: str, default: object, *, required: bool) -> None:
        self.name = name
        self.kind = kind
        self.default = default
        self.required = required

    def document(self) -> dict[str, object]:
        """Returns the parameter as the spec holds it."""
        document: dict[str, object] = {"name": self.name, "type": self.kind}
        if not self.required:
            document["default"] = self.default
        return document

    def accept(self, value: object, owner: str) -> object:
        """Returns a value of the parameter's type; a whole number is a float too.

        Raises:
            PipelineError: The value is of another type.
        """
        kind = type(value)
        if _SCALARS.get(kind) == self.kind:
            return value
        number = kind is not bool and not isinstance(value, str)
        if number and self.kind == "integer" and hasattr(kind, "__index__"):
            return int(value)  # type: ignore[call-overload]
        if number and self.kind == "float" and hasattr(kind, "__float__"):
            return float(value)  # type: ignore[arg-type]
        if self.kind == "string" and isinstance(value, str):
            return str(value)
        raise PipelineError(
            f"parameter `{self.name}` of {owner} is {value!r}, of type {kind.__name__}",
            hint=f"it takes {_EXAMPLES[self.kind]}",
        )


def declare(interface: Interface, owner: str, defaults: Mapping[str, object]) -> dict[str, Parameter | None]:
    """Returns every argument of a pipeline function: a parameter, or None for a constant.

    Args:
        interface: The pipeline function's.
        owner: Names the pipeline in errors.
        defaults: Defaults that `with_options(parameters=...)` lays over the function's.

    Raises:
        PipelineError: An argument is neither annotated nor has a default, or a default has another type.
    """
    if interface.variadic is not None or interface.keywords is not None:
        star = f"*{interface.variadic}" if interface.variadic is not None else f"**{interface.keywords}"
        raise PipelineError(
            f"{owner} takes `{star}`", hint="name its arguments one by one: each becomes a parameter of the run"
        )
    for name in defaults:
        if name not in interface.order:
            match = nearest(name, list(interface.order))
            raise PipelineError(
                f"{owner} has no parameter `{name}`",
                hint=(f"did you mean `{match}`? " if match else "")
                + f"its parameters: {', '.join(interface.order) or 'none'}",
            )
    declared: dict[str, Parameter | None] = {}
    for name in interface.order:
        required = name not in defaults and name not in interface.defaults
        default = defaults.get(name, interface.defaults.get(name))
        kind = _kind(interface, name, default, owner, required=required)
        if kind is None:
            declared[name] = None
            continue
        parameter = Parameter(name, kind, default, required=required)
        if not required:
            encode(parameter.accept(default, owner), owner, name)
            parameter.default = parameter.accept(default, owner)
        declared[name] = parameter
    return declared


def _kind(interface: Interface, name: str, default: object, owner: str, *, required: bool) -> str | None:
    """Returns the type of a parameter, or None for a constant."""
    if name not in interface.annotations:
        if required:
            raise PipelineError(
                f"argument `{name}` of {owner} has neither an annotation nor a default",
                hint=f"annotate it, for example `{name}: int`",
                file=interface.function.__code__.co_filename,
                line=interface.function.__code__.co_firstlineno,
            )
        return _SCALARS.get(type(default))
    kind, _ = type_hints.split_annotated(interface.annotations[name])
    kinds = [member for member in type_hints.members(kind) if member is not type_hints.NONE_TYPE]
    if default is None and not required:
        # SageMaker's parameters cannot be null, so an argument that is None is a constant.
        return None
    if set(kinds) == {int, float}:
        return "float"
    if len(kinds) != 1:
        return None
    typing_literal = type_hints.origin(kinds[0])
    if getattr(typing_literal, "_name", None) == "Literal":
        found = {_SCALARS.get(type(value)) for value in type_hints.arguments(kinds[0])}
        return found.pop() if len(found) == 1 else None
    return _SCALARS.get(kinds[0])


def text(value: object) -> str:
    """Returns a parameter's value as it is written on a command line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
