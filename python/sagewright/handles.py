"""What stands for values that do not exist yet, while a pipeline function is traced.

A handle can be passed to steps and named in `after`. Every other use is a mistake that would go unnoticed if
the handle behaved like some object, so each one is answered with what to do instead.
"""

from __future__ import annotations

from sagewright.errors import PipelineError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

    from sagewright.tracing import Invocation, Trace


class Handle:
    """A value that exists only while the pipeline runs."""

    __slots__ = ()

    def _what(self) -> str:
        raise NotImplementedError

    def _way_out(self) -> str:
        return "pass it to a step and do this inside the step's function"

    def _misused(self, how: str, hint: str | None = None) -> NoReturn:
        raise PipelineError(
            f"{self._what()} has no value while the pipeline is traced, so it cannot be {how}",
            hint=hint or self._way_out(),
        )

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        self._misused(f"asked for its attribute `{name}`")

    def __iter__(self) -> Iterator[object]:
        self._misused("unpacked or looped over")

    def __hash__(self) -> int:
        return id(self)


_OPERATORS = {
    "used in a condition": "bool",
    "compared": "eq ne lt le gt ge",
    "calculated with": "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and xor or "
    "radd rsub rmul rmatmul rtruediv rfloordiv rmod rdivmod rpow rlshift rrshift rand rxor ror "
    "neg pos abs invert round trunc floor ceil",
    "turned into a number": "int float complex index",
    "turned into text": "str format bytes fspath",
    "asked for its length": "len",
    "indexed": "getitem setitem delitem",
    "searched": "contains",
    "called": "call",
    "used in `with`": "enter exit",
    "awaited": "await",
}


def _trap(how: str) -> object:
    def method(self: Handle, *_: object, **__: object) -> NoReturn:
        self._misused(how)

    return method


for _how, _names in _OPERATORS.items():
    for _name in _names.split():
        setattr(Handle, f"__{_name}__", _trap(_how))


class ParameterHandle(Handle):
    """A pipeline parameter: its value is set when a run starts."""

    __slots__ = ("name", "trace")

    def __init__(self, trace: Trace, name: str) -> None:
        self.trace = trace
        self.name = name

    def _what(self) -> str:
        return f"pipeline parameter `{self.name}`"

    def _way_out(self) -> str:
        return (
            "a run may set another value than the default, so decide inside a step; "
            "or use a constant of the module where the shape of the pipeline depends on it"
        )

    def __repr__(self) -> str:
        return f"<parameter {self.name}>"


class InvocationHandle(Handle):
    """The result of calling a step in a pipeline."""

    __slots__ = ("invocation",)

    def __init__(self, invocation: Invocation) -> None:
        self.invocation = invocation

    def after(self, *others: object) -> InvocationHandle:
        """Makes the step start after other steps have succeeded, although it takes no data from them.

        Args:
            others: Results of other step calls.

        Returns:
            The handle itself.
        """
        self.invocation.run_after(others)
        return self

    def _what(self) -> str:
        return f"step `{self.invocation.name}`"

    def __repr__(self) -> str:
        return f"<step {self.invocation.name}>"


class NothingHandle(InvocationHandle):
    """The result of a step that returns nothing: it can be waited for, but not passed on."""

    __slots__ = ()


class OutputHandle(InvocationHandle):
    """The one output of a step, or one of several."""

    __slots__ = ("name",)

    def __init__(self, invocation: Invocation, name: str) -> None:
        super().__init__(invocation)
        self.name = name

    def _what(self) -> str:
        return f"output `{self.name}` of step `{self.invocation.name}`"

    def __iter__(self) -> Iterator[object]:
        self._misused(
            "unpacked or looped over",
            "a step with several outputs says so in its annotation: "
            '`-> tuple[Annotated[A, "first"], Annotated[B, "second"]]`; to loop over a value, pass it to a step',
        )

    def __repr__(self) -> str:
        return f"<output {self.name} of step {self.invocation.name}>"


class OutputsHandle(InvocationHandle):
    """The several outputs of a step: can be unpacked, or indexed by position or name."""

    __slots__ = ("outputs",)

    def __init__(self, invocation: Invocation, names: tuple[str, ...]) -> None:
        super().__init__(invocation)
        self.outputs = tuple(OutputHandle(invocation, name) for name in names)

    def __iter__(self) -> Iterator[OutputHandle]:
        return iter(self.outputs)

    def __len__(self) -> int:
        return len(self.outputs)

    def __getitem__(self, key: int | str) -> OutputHandle:
        if isinstance(key, int) and -len(self.outputs) <= key < len(self.outputs):
            return self.outputs[key]
        for output in self.outputs:
            if output.name == key:
                return output
        names = ", ".join(output.name for output in self.outputs)
        raise PipelineError(f"step `{self.invocation.name}` has no output {key!r}", hint=f"it has: {names}")

    def _way_out(self) -> str:
        names = ", ".join(output.name for output in self.outputs)
        return f"unpack it: `{names} = ...`"
