"""Generic classes for type checkers, without importing `typing` when a program runs."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Generic, ParamSpec, TypeVar, overload

    P = ParamSpec("P")
    R = TypeVar("R")

    class OfFunction(Generic[P, R]):
        """A class that wraps a function of these arguments and this result."""

else:
    P = R = None

    class OfFunction:
        """A class that wraps a function; type checkers know of which."""

        __slots__ = ()

        def __class_getitem__(cls, _: object) -> type:
            return cls

    def overload(function: object) -> object:
        """Marks a signature for type checkers."""
        return function


__all__ = ["OfFunction", "P", "R", "overload"]
