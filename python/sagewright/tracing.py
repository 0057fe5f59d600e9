"""Tracing: running a pipeline function with handles in place of values, and noting which steps it calls."""

from __future__ import annotations

from sagewright import state
from sagewright.constants import encode
from sagewright.errors import PipelineError
from sagewright.handles import (
    Handle,
    InvocationHandle,
    NothingHandle,
    OutputHandle,
    OutputsHandle,
    ParameterHandle,
)
from sagewright.interface import Interface
from sagewright.interface import of as interface_of
from sagewright.steps import first_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from sagewright.steps import Step


class Invocation:
    """One call of a step in a pipeline."""

    __slots__ = ("after", "inputs", "interface", "name", "step", "trace")

    def __init__(self, trace: Trace, step: Step[..., Any], interface: Interface, name: str) -> None:
        self.trace = trace
        self.step = step
        self.interface = interface
        self.name = name
        self.inputs: dict[str, object] = {}
        self.after: list[str] = []

    def run_after(self, others: object) -> None:
        """Notes the steps that must have succeeded first: results of step calls, or lists of them."""
        if isinstance(others, InvocationHandle):
            self.trace.check_own(others.invocation.trace, others)
            name = others.invocation.name
            if name not in self.after:
                self.after.append(name)
        elif isinstance(others, list | tuple):
            for other in others:
                self.run_after(other)
        else:
            kind = getattr(others, "__sagewright__", None) or type(others).__name__
            raise PipelineError(
                f"`after` of step `{self.name}` is given {_article(kind)}",
                hint="it takes the results of step calls: `first = prepare(); train(data, after=first)`",
            )

    def handle(self) -> InvocationHandle:
        """Returns what stands for the outputs."""
        outputs = self.interface.outputs
        if self.interface.several:
            return OutputsHandle(self, tuple(output.name for output in outputs))
        return OutputHandle(self, outputs[0].name) if outputs else NothingHandle(self)


class Trace:
    """The steps that a pipeline function has called so far."""

    def __init__(self, pipeline: str) -> None:
        self.pipeline = pipeline
        self.invocations: list[Invocation] = []
        self._taken: set[str] = set()
        self._calls: dict[str, int] = {}

    def run(self, function: Callable[..., object], arguments: Mapping[str, object]) -> None:
        """Runs the pipeline function; the bodies of steps are not run."""
        token = state.active_trace.set(self)
        try:
            interface_of(function).call(function, arguments)
        finally:
            state.active_trace.reset(token)

    def invoke(self, step: Step[..., Any], args: tuple[object, ...], keywords: dict[str, object]) -> InvocationHandle:
        """Notes one call of a step and returns what stands for its outputs."""
        interface = interface_of(step.function)
        after: object = ()
        if "after" in keywords and "after" not in interface.order:
            after = keywords.pop("after")
        owner = f"step `{step.name}`"
        bound = interface.bind(owner, args, keywords)
        invocation = Invocation(self, step, interface, self._name(step.name))
        inputs = invocation.inputs
        for argument, value in bound.items():
            inputs[argument] = self._input(value, owner, argument)
        if step.run_after:
            invocation.run_after(step.run_after)
        invocation.run_after(after)
        self.invocations.append(invocation)
        return invocation.handle()

    def check_own(self, other: Trace, handle: Handle) -> None:
        """Makes sure that a handle belongs to this pipeline.

        Raises:
            PipelineError: It was kept from the tracing of another one.
        """
        if other is not self:
            raise PipelineError(
                f"{handle._what()} belongs to pipeline `{other.pipeline}`, not to `{self.pipeline}`",
                hint="call the step in this pipeline as well",
            )

    def _name(self, wanted: str) -> str:
        count = self._calls.get(wanted, 0) + 1
        name = wanted if count == 1 else f"{wanted}_{count}"
        while name in self._taken:
            count += 1
            name = f"{wanted}_{count}"
        self._calls[wanted] = count
        self._taken.add(name)
        return name

    def _input(self, value: object, owner: str, argument: str) -> object:
        if isinstance(value, Handle):
            return self._reference(value, owner, argument)
        if type(value) in (list, tuple) and any(isinstance(item, Handle) for item in value):  # type: ignore[attr-defined]
            return {
                "list": [
                    self._reference(item, owner, argument)
                    if isinstance(item, Handle)
                    else {"value": encode(item, owner, argument)}
                    for item in value  # type: ignore[attr-defined]
                ]
            }
        return {"value": encode(value, owner, argument)}

    def _reference(self, handle: Handle, owner: str, argument: str) -> dict[str, str]:
        if isinstance(handle, ParameterHandle):
            self.check_own(handle.trace, handle)
            return {"parameter": handle.name}
        if isinstance(handle, OutputHandle):
            self.check_own(handle.invocation.trace, handle)
            return {"step": handle.invocation.name, "output": handle.name}
        what = f"argument `{argument}` of {owner} is given {handle._what()}"
        if isinstance(handle, OutputsHandle):
            names = [output.name for output in handle.outputs]
            raise PipelineError(
                f"{what}, which has {len(names)} outputs",
                hint=f"pass one of them: unpack the result, or write result[{names[0]!r}]",
            )
        raise PipelineError(
            f"{what}, which returns nothing",
            hint="annotate what the step returns; to only wait for it, use `after=`",
        )


def step_document(invocation: Invocation, command: list[str], source: dict[str, object]) -> dict[str, object]:
    """Returns a step as the spec holds it; nothing that is empty is written."""
    step = invocation.step
    document: dict[str, object] = {"name": invocation.name, "command": command}
    description = step.description or first_line(step.function)
    if description:
        document["description"] = description
    if invocation.inputs:
        document["inputs"] = invocation.inputs
    if invocation.interface.outputs:
        document["outputs"] = [
            {"name": output.name, "type": output.type_name} if output.type_name else {"name": output.name}
            for output in invocation.interface.outputs
        ]
    if invocation.after:
        document["after"] = invocation.after
    if step.settings:
        document["settings"] = step.settings
    document["source"] = source
    return document


def _article(kind: str) -> str:
    return f"a {kind}" if kind[:1] not in "aeiou" else f"an {kind}"
