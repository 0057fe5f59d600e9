"""Pipelines: functions that call steps."""

from __future__ import annotations

from sagewright import settings as settings_argument
from sagewright import state
from sagewright.errors import PipelineError, install_hook
from sagewright.generics import OfFunction, P, R, overload
from sagewright.interface import check_function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from sagewright.runs import Run


class Pipeline(OfFunction[P, R]):
    """A function whose step calls make up a pipeline; calling it runs the pipeline."""

    __sagewright__ = "pipeline"

    def __init__(
        self,
        function: Callable[P, R],
        *,
        name: str | None = None,
        settings: Mapping[str, object] | None = None,
        tags: Mapping[str, str] | None = None,
        description: str | None = None,
    ) -> None:
        """Takes the function and what `@pipeline(...)` says about it."""
        check_function(function, "pipeline")
        self.function = function
        self.name: str = name or function.__name__
        owner = f"pipeline `{self.name}`"
        self.description = description
        self.settings = settings_argument.read(settings, owner)
        self.tags = settings_argument.tags(tags, owner)
        self.parameters: dict[str, object] = {}
        self.__wrapped__ = function
        self.__name__ = function.__name__
        self.__qualname__ = function.__qualname__
        self.__module__ = function.__module__
        self.__doc__ = function.__doc__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Run:
        """Traces the pipeline, runs it and waits for its end.

        Arguments that are parameters are set for this run; the definition keeps its defaults. Inside a job, and
        while the command reads the file, calling a pipeline does nothing.

        Raises:
            PipelineError: The pipeline cannot be described.
            RunFailed: The run was refused, failed or was stopped. In a script this ends the process with the
                command's exit code.
        """
        outer = state.active_trace.get()
        if outer is not None:
            raise PipelineError(
                f"pipeline `{self.name}` is called inside pipeline `{outer.pipeline}`",
                hint="pipelines do not nest: move the shared step calls to a plain function and call that in both",
            )
        if state.mode != state.DIRECT:
            from sagewright.runs import SkippedRun

            return SkippedRun(self.name)
        from sagewright import launch

        install_hook()
        document, values = self._trace(args, kwargs)
        return launch.run(self, document, values)

    def trace(self, *args: P.args, **kwargs: P.kwargs) -> dict[str, Any]:
        """Returns the pipeline as data, as it is handed to the `sagewright` command, without running it."""
        document, _ = self._trace(args, kwargs)
        return document

    def _trace(
        self, args: tuple[object, ...], keywords: Mapping[str, object]
    ) -> tuple[dict[str, object], dict[str, object]]:
        from sagewright.document import trace

        return trace(self, args, keywords)

    def with_options(
        self,
        *,
        name: str | None = None,
        settings: Mapping[str, object] | None = None,
        tags: Mapping[str, str] | None = None,
        description: str | None = None,
        parameters: Mapping[str, object] | None = None,
    ) -> Pipeline[P, R]:
        """Returns the same pipeline with other options.

        Args:
            name: The pipeline's name; the function's name by default.
            settings: Settings laid over those of the decorator; maps are merged by key.
            tags: Tags laid over those of the decorator.
            description: What the pipeline is for; the first line of the function's docstring by default.
            parameters: Other defaults of parameters and constants, which become part of the definition.
        """
        other: Pipeline[P, R] = Pipeline.__new__(Pipeline)
        other.__dict__.update(self.__dict__)
        other.name = name or self.name
        owner = f"pipeline `{other.name}`"
        if description is not None:
            other.description = description
        other.settings = settings_argument.merge(self.settings, settings_argument.read(settings, owner))
        other.tags = {**self.tags, **settings_argument.tags(tags, owner)}
        other.parameters = {**self.parameters, **(parameters or {})}
        return other

    def __repr__(self) -> str:
        return f"<pipeline {self.name} of {self.__module__}>"


@overload
def pipeline(function: Callable[P, R], /) -> Pipeline[P, R]: ...


@overload
def pipeline(
    *,
    name: str | None = None,
    settings: Mapping[str, object] | None = None,
    tags: Mapping[str, str] | None = None,
    description: str | None = None,
) -> Callable[[Callable[P, R]], Pipeline[P, R]]: ...


def pipeline(
    function: Callable[P, R] | None = None,
    /,
    *,
    name: str | None = None,
    settings: Mapping[str, object] | None = None,
    tags: Mapping[str, str] | None = None,
    description: str | None = None,
) -> Pipeline[P, R] | Callable[[Callable[P, R]], Pipeline[P, R]]:
    """Makes a function a pipeline: `@pipeline`, or `@pipeline(name=..., settings=...)`.

    Arguments of type str, int, float and bool become parameters that every run can set. Arguments of any other
    type are constants, and so is an argument whose default is None.

    Args:
        function: The function, where the decorator is written without arguments.
        name: The pipeline's name; the function's name by default.
        settings: `{"orchestrator": SagemakerOrchestratorSettings(...)}`, for all steps.
        tags: Tags of the pipeline itself.
        description: What the pipeline is for; the first line of the function's docstring by default.
    """
    if function is not None:
        if isinstance(function, str):
            raise PipelineError("`@pipeline` is given text", hint=f"write @pipeline(name={function!r})")
        return Pipeline(function)

    def decorate(function: Callable[P, R]) -> Pipeline[P, R]:
        return Pipeline(function, name=name, settings=settings, tags=tags, description=description)

    return decorate
