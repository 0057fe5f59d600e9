"""What a function takes and gives: binding a call's arguments, and naming the outputs."""

from __future__ import annotations

import sys

from sagewright import type_hints
from sagewright.errors import PipelineError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import CodeType, FunctionType
    from typing import Any

_VARIADIC, _KEYWORDS = 0x04, 0x08
_GENERATOR, _COROUTINE, _ASYNC_GENERATOR = 0x20, 0x80, 0x200


class Output:
    """One declared output of a step: its name and its annotation."""

    __slots__ = ("annotation", "name", "type_name")

    def __init__(self, name: str, annotation: object, type_name: str | None) -> None:
        self.name = name
        self.annotation = annotation
        self.type_name = type_name


class Interface:
    """The arguments and outputs of a step's or a pipeline's function."""

    def __init__(self, function: FunctionType) -> None:
        code = function.__code__
        count = code.co_argcount
        names = code.co_varnames
        self.function = function
        self.name = function.__name__
        self.positional = names[:count]
        self.positional_only = frozenset(names[: code.co_posonlyargcount])
        self.keyword_only = names[count : count + code.co_kwonlyargcount]
        rest = count + code.co_kwonlyargcount
        self.variadic: str | None = names[rest] if code.co_flags & _VARIADIC else None
        self.keywords: str | None = None
        if code.co_flags & _KEYWORDS:
            self.keywords = names[rest + (self.variadic is not None)]
        self.defaults: dict[str, object] = dict(function.__kwdefaults__ or {})
        given = function.__defaults__ or ()
        self.defaults.update(zip(self.positional[count - len(given) :], given, strict=True))
        self.order = (*self.positional, *((self.variadic,) if self.variadic else ()), *self.keyword_only)
        self._acceptable = frozenset((*self.positional, *self.keyword_only)) - self.positional_only
        self._required = tuple(name for name in (*self.positional, *self.keyword_only) if name not in self.defaults)
        self.annotations = type_hints.of(function)
        self.several, self.outputs = _outputs(self.annotations)

    def bind(self, owner: str, args: tuple[object, ...], keywords: Mapping[str, object]) -> dict[str, object]:
        """Returns the values of a call by argument, in the function's order; `owner` names it in errors.

        Raises:
            PipelineError: The call does not fit the function.
        """
        bound = self.bind_partially(owner, args, keywords)
        for name in self._required:
            if name not in bound:
                missing = [name for name in self._required if name not in bound]
                raise PipelineError(
                    f"{owner} is called without {_listed(missing)}",
                    hint=f"give {'it' if len(missing) == 1 else 'them'}: "
                    f"{self.name}({', '.join(f'{name}=...' for name in missing)})",
                )
        return bound

    def bind_partially(self, owner: str, args: tuple[object, ...], keywords: Mapping[str, object]) -> dict[str, object]:
        """As `bind`, for a call that may leave required arguments out."""
        bound: dict[str, object] = dict(zip(self.positional, args, strict=False))
        if len(args) > len(self.positional):
            if self.variadic is None:
                raise PipelineError(
                    f"{owner} takes {len(self.positional)} positional arguments but is given {len(args)}",
                    hint=f"its arguments: {', '.join(self.order) or 'none'}",
                )
            bound[self.variadic] = list(args[len(self.positional) :])
        for name, value in keywords.items():
            if name in self._acceptable:
                if name in bound:
                    raise PipelineError(
                        f"{owner} is given `{name}` twice", hint="once by position and once by name: drop one"
                    )
            elif self.keywords is None or name in bound:
                self._refuse(owner, name)
            bound[name] = value
        if keywords:
            bound = {
                **{name: bound[name] for name in self.order if name in bound},
                **{name: value for name, value in bound.items() if name not in self.order},
            }
        return bound

    def call(self, function: Callable[..., object], arguments: Mapping[str, object]) -> object:
        """Calls a function, given its arguments by name, whatever kind each argument is."""
        rest = dict(arguments)
        positional: list[object] = []
        if self.positional_only or (self.variadic is not None and self.variadic in rest):
            for name in self.positional:
                if name in rest:
                    positional.append(rest.pop(name))
                elif name in self.defaults:
                    positional.append(self.defaults[name])
                else:
                    break
            values: Any = rest.pop(self.variadic, ()) if self.variadic is not None else ()
            positional.extend(values)
        return function(*positional, **rest)

    def _refuse(self, owner: str, name: str) -> None:
        match = nearest(name, list(self.order))
        suggestion = f"did you mean `{match}`? " if match else ""
        raise PipelineError(
            f"{owner} has no argument `{name}`",
            hint=f"{suggestion}its arguments: {', '.join(self.order) or 'none'}",
        )


def of(function: Callable[..., object]) -> Interface:
    """Returns the interface of a function; it is worked out once."""
    inner = innermost(function)
    known: Interface | None = inner.__dict__.get("__sagewright_interface__")
    if known is None:
        known = Interface(inner)
        inner.__dict__["__sagewright_interface__"] = known
    return known


def innermost(function: Any) -> FunctionType:
    """Returns the function that other decorators have wrapped."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    inner: FunctionType = function
    return inner


def check_function(function: Any, decorator: str) -> None:
    """Makes sure that `@step` or `@pipeline` stands above a function of its kind.

    Raises:
        PipelineError: It stands above something else.
    """
    if isinstance(function, staticmethod | classmethod | type):
        kind = "a class" if isinstance(function, type) else "a method"
        raise PipelineError(
            f"`@{decorator}` stands above {kind}", hint="it takes a plain function at the top level of a module"
        )
    inner: Any = innermost(function) if callable(function) else function
    code: CodeType | None = getattr(inner, "__code__", None)
    if code is None or not hasattr(inner, "__globals__"):
        raise PipelineError(
            f"`@{decorator}` is given {function!r}, which is no plain function",
            hint="write `def` with the decorator above it, and call what you need inside",
        )
    if code.co_flags & (_COROUTINE | _ASYNC_GENERATOR):
        raise PipelineError(
            f"`{code.co_name}` is `async`, which a {decorator} cannot be",
            hint="write a plain function and call `asyncio.run(...)` inside",
        )
    if code.co_flags & _GENERATOR:
        raise PipelineError(
            f"`{code.co_name}` has a `yield`, which a {decorator} cannot have",
            hint="return the values, for example as a list",
        )


def _outputs(known: Mapping[str, object]) -> tuple[bool, tuple[Output, ...]]:
    """Returns whether a tuple of outputs is returned, and the outputs."""
    if "return" not in known:
        return False, (Output("output", None, None),)
    annotation = known["return"]
    if annotation is None or annotation is type_hints.NONE_TYPE:
        return False, ()
    inside = type_hints.arguments(annotation)
    is_tuple = type_hints.origin(annotation) is tuple and not _name(annotation)
    if is_tuple and inside and Ellipsis not in inside:
        return True, tuple(_declared(item, f"output_{index}") for index, item in enumerate(inside))
    return False, (_declared(annotation, "output"),)


def _declared(annotation: object, default: str) -> Output:
    kind, _ = type_hints.split_annotated(annotation)
    return Output(_name(annotation) or default, kind, type_hints.describe(kind))


def _name(annotation: object) -> str | None:
    _, metadata = type_hints.split_annotated(annotation)
    return next((item for item in metadata if isinstance(item, str)), None)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def module_of(function: FunctionType) -> dict[str, object]:
    """Returns the names of the module that a function was written in."""
    module = sys.modules.get(function.__module__)
    return vars(module) if module is not None else function.__globals__
