"""A run as Python sees it."""

from __future__ import annotations

from sagewright.errors import PipelineError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


class Run:
    """A run of a pipeline that has ended well."""

    def __init__(self, id: str, pipeline: str, status: str, execution_arn: str | None = None) -> None:  # noqa: A002
        self.id = id
        self.pipeline = pipeline
        self.status = status
        self.execution_arn = execution_arn

    def artifact(self, step: str, output: str | None = None) -> object:
        """Returns what a step produced, as the Python value it was.

        Args:
            step: Name of the step in the pipeline, such as `train` or `train_2`.
            output: Name of the output; not needed where the step has one.

        Raises:
            SagewrightError: There is no such artifact, or its value cannot be made again here.
        """
        from sagewright.launch import fetch_artifact

        return fetch_artifact(self.id, step, output)

    def __repr__(self) -> str:
        return f"<run {self.id} of {self.pipeline}: {self.status}>"


class SkippedRun(Run):
    """What calling a pipeline gives while its file is only imported, by a job or by the command."""

    def __init__(self, pipeline: str) -> None:
        self.pipeline = pipeline

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        self._refuse()

    def artifact(self, step: str, output: str | None = None) -> NoReturn:
        """Refuses: there is no run."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise PipelineError(
            f"the result of running pipeline `{self.pipeline}` is used while its file is only imported",
            hint='run it under `if __name__ == "__main__":`, so that jobs can import the file',
        )

    def __repr__(self) -> str:
        return f"<run of {self.pipeline}: skipped>"
