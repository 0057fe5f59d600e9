"""Machine learning pipelines written as plain functions, run here or on Amazon SageMaker Pipelines.

Names are loaded when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sagewright import artifacts, aws, paths
    from sagewright.errors import PipelineError, RunFailed, SagewrightError
    from sagewright.pipelines import Pipeline, pipeline
    from sagewright.runs import Run
    from sagewright.steps import Step, step

__version__ = "0.1.0"

__all__ = [
    "Pipeline",
    "PipelineError",
    "Run",
    "RunFailed",
    "SagewrightError",
    "Step",
    "__version__",
    "artifacts",
    "aws",
    "paths",
    "pipeline",
    "step",
]

_HOMES = {
    "Pipeline": "pipelines",
    "PipelineError": "errors",
    "Run": "runs",
    "RunFailed": "errors",
    "SagewrightError": "errors",
    "Step": "steps",
    "pipeline": "pipelines",
    "step": "steps",
}
_MODULES = ("artifacts", "aws", "paths")


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name in _MODULES:
        return import_module(f"sagewright.{name}")
    home = _HOMES.get(name)
    if home is None:
        message = f"module 'sagewright' has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(f"sagewright.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
