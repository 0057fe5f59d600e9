"""Steps: functions that run as jobs of their own."""

from __future__ import annotations

from sagewright import settings as settings_argument
from sagewright import state
from sagewright.errors import PipelineError
from sagewright.generics import OfFunction, P, R, overload
from sagewright.interface import check_function, innermost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any


class Step(OfFunction[P, R]):
    """A function that can be called in a pipeline; anywhere else, calling it just runs the function."""

    __sagewright__ = "step"

    def __init__(
        self,
        function: Callable[P, R],
        *,
        name: str | None = None,
        settings: Mapping[str, object] | None = None,
        description: str | None = None,
    ) -> None:
        """Takes the function and what `@step(...)` says about it."""
        check_function(function, "step")
        self.function = function
        self.name: str = name or function.__name__
        self.description = description
        self.settings = settings_argument.read(settings, f"step `{self.name}`")
        self.run_after: tuple[object, ...] = ()
        self.__wrapped__ = function
        self.__name__ = function.__name__
        self.__qualname__ = function.__qualname__
        self.__module__ = function.__module__
        self.__doc__ = function.__doc__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs the function; in a pipeline, adds a step to it and returns what stands for the outputs."""
        trace = state.active_trace.get()
        if trace is None:
            return self.function(*args, **kwargs)
        handle: Any = trace.invoke(self, args, kwargs)
        result: R = handle
        return result

    def with_options(
        self,
        *,
        name: str | None = None,
        settings: Mapping[str, object] | None = None,
        description: str | None = None,
        after: object | Sequence[object] = (),
    ) -> Step[P, R]:
        """Returns the same step with other options.

        Args:
            name: The step's name in the pipeline; the function's name by default.
            settings: Settings laid over those of the decorator; maps are merged by key.
            description: What the step does; the first line of the function's docstring by default.
            after: Results of step calls that must have succeeded first.
        """
        other: Step[P, R] = Step.__new__(Step)
        other.__dict__.update(self.__dict__)
        other.name = name or self.name
        if description is not None:
            other.description = description
        owner = f"step `{other.name}`"
        other.settings = settings_argument.merge(self.settings, settings_argument.read(settings, owner))
        other.run_after = (*self.run_after, after)
        return other

    def after(self, *others: object) -> Step[P, R]:
        """Returns the same step, to start after other steps have succeeded: `train.after(a, b)(data)`."""
        return self.with_options(after=others)

    def __repr__(self) -> str:
        return f"<step {self.name} of {self.__module__}>"


@overload
def step(function: Callable[P, R], /) -> Step[P, R]: ...


@overload
def step(
    *,
    name: str | None = None,
    settings: Mapping[str, object] | None = None,
    description: str | None = None,
) -> Callable[[Callable[P, R]], Step[P, R]]: ...


def step(
    function: Callable[P, R] | None = None,
    /,
    *,
    name: str | None = None,
    settings: Mapping[str, object] | None = None,
    description: str | None = None,
) -> Step[P, R] | Callable[[Callable[P, R]], Step[P, R]]:
    """Makes a function a step: `@step`, or `@step(name=..., settings=...)`.

    The outputs follow from the annotation of what the function returns: `-> T` is one output called `output`,
    `-> Annotated[T, "model"]` one called `model`, `-> tuple[A, B]` two called `output_0` and `output_1`,
    `-> tuple[Annotated[A, "train"], Annotated[B, "test"]]` two with names, and `-> None` none.

    Args:
        function: The function, where the decorator is written without arguments.
        name: The step's name in pipelines; the function's name by default.
        settings: `{"orchestrator": SagemakerOrchestratorSettings(...)}`.
        description: What the step does; the first line of the function's docstring by default.
    """
    if function is not None:
        if isinstance(function, str):
            raise PipelineError("`@step` is given text", hint=f"write @step(name={function!r})")
        return Step(function)

    def decorate(function: Callable[P, R]) -> Step[P, R]:
        return Step(function, name=name, settings=settings, description=description)

    return decorate


def first_line(function: Any) -> str | None:
    """Returns the first line of a function's docstring."""
    documentation = innermost(function).__doc__
    return documentation.strip().partition("\n")[0].strip() or None if documentation else None
