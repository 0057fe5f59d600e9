"""Settings of the SageMaker orchestrator."""

from __future__ import annotations

from sagewright.errors import SettingsError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

__all__ = ["SagemakerOrchestratorSettings"]

_TEXT = "text"
_NUMBER = "a whole number"
_SWITCH = "True or False"
_TEXTS = "a dict of text to text"
_LOCATIONS = "an S3 URI, or a dict of channel names to S3 URIs"

_FIELDS: dict[str, str] = {
    "instance_type": _TEXT,
    "volume_size_in_gb": _NUMBER,
    "max_runtime_in_seconds": _NUMBER,
    "keep_alive_period_in_seconds": _NUMBER,
    "use_training_step": _SWITCH,
    "environment": _TEXTS,
    "tags": _TEXTS,
    "pipeline_tags": _TEXTS,
    "execution_role": _TEXT,
    "synchronous": _SWITCH,
    "input_data_s3_mode": "File|Pipe",
    "input_data_s3_uri": _LOCATIONS,
    "output_data_s3_mode": "EndOfJob|Continuous",
    "output_data_s3_uri": _LOCATIONS,
    "max_parallel_steps": _NUMBER,
}
_NULLABLE = "keep_alive_period_in_seconds"


class SagemakerOrchestratorSettings:
    """How the jobs of a pipeline or of one step run on SageMaker.

    What is not given is decided by an earlier level (component, then pipeline, then step) or by a default.
    `None` means "not given", except for `keep_alive_period_in_seconds`, where it turns warm pools off.

    Args:
        instance_type: Instance type such as `ml.m5.xlarge`.
        volume_size_in_gb: Size of the job's volume in gigabytes.
        max_runtime_in_seconds: Longest time a job may run.
        keep_alive_period_in_seconds: How long the instance stays warm after its job; None turns it off.
        use_training_step: False runs the step as a Processing job; a Training job is the default.
        environment: Environment variables of the job.
        tags: Tags of the job.
        pipeline_tags: Tags of the pipeline.
        execution_role: ARN of the role that the jobs run under.
        synchronous: Whether the caller waits for the run to end.
        input_data_s3_mode: `File` copies input data before the job starts, `Pipe` streams it.
        input_data_s3_uri: Where input data comes from: one S3 URI, or one for each channel.
        output_data_s3_mode: `EndOfJob` copies output data when the job has ended, `Continuous` while it runs.
        output_data_s3_uri: Where output data goes: one S3 URI, or one for each channel.
        max_parallel_steps: Most steps of one run that run at the same time.
    """

    __slots__ = ("_values",)
    _values: dict[str, object]

    if TYPE_CHECKING:
        instance_type: str | None
        volume_size_in_gb: int | None
        max_runtime_in_seconds: int | None
        keep_alive_period_in_seconds: int | None
        use_training_step: bool | None
        environment: Mapping[str, str] | None
        tags: Mapping[str, str] | None
        pipeline_tags: Mapping[str, str] | None
        execution_role: str | None
        synchronous: bool | None
        input_data_s3_mode: Literal["File", "Pipe"] | None
        input_data_s3_uri: str | Mapping[str, str] | None
        output_data_s3_mode: Literal["EndOfJob", "Continuous"] | None
        output_data_s3_uri: str | Mapping[str, str] | None
        max_parallel_steps: int | None

        def __init__(
            self,
            *,
            instance_type: str | None = ...,
            volume_size_in_gb: int | None = ...,
            max_runtime_in_seconds: int | None = ...,
            keep_alive_period_in_seconds: int | None = ...,
            use_training_step: bool | None = ...,
            environment: Mapping[str, str] | None = ...,
            tags: Mapping[str, str] | None = ...,
            pipeline_tags: Mapping[str, str] | None = ...,
            execution_role: str | None = ...,
            synchronous: bool | None = ...,
            input_data_s3_mode: Literal["File", "Pipe"] | None = ...,
            input_data_s3_uri: str | Mapping[str, str] | None = ...,
            output_data_s3_mode: Literal["EndOfJob", "Continuous"] | None = ...,
            output_data_s3_uri: str | Mapping[str, str] | None = ...,
            max_parallel_steps: int | None = ...,
        ) -> None: ...

    else:

        def __init__(self, **fields: object) -> None:
            object.__setattr__(self, "_values", checked(fields))

        def __getattr__(self, name: str) -> object:
            if name not in _FIELDS:
                message = f"SagemakerOrchestratorSettings has no field {name!r}"
                raise AttributeError(message)
            return self._values.get(name)

        def __setattr__(self, name: str, value: object) -> None:
            message = f"settings cannot be changed; `{name}` is given when they are made"
            raise AttributeError(message)

    def to_dict(self) -> dict[str, object]:
        """Returns the fields that were given, in the order of the class."""
        return dict(self._values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SagemakerOrchestratorSettings):
            return NotImplemented
        return self._values == other._values

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self._values.items())
        return f"SagemakerOrchestratorSettings({fields})"


def checked(fields: Mapping[str, object]) -> dict[str, object]:
    """Returns the fields that say something, in the order of the class.

    Raises:
        SettingsError: A field is unknown or its value has the wrong type.
    """
    for name in fields:
        if name not in _FIELDS:
            match = nearest(str(name), list(_FIELDS))
            known = f"known are {', '.join(_FIELDS)}"
            raise SettingsError(
                f"SagemakerOrchestratorSettings has no field `{name}`",
                hint=known if match is None else f"did you mean `{match}`? {known}",
            )
    values: dict[str, object] = {}
    for name, wanted in _FIELDS.items():
        if name not in fields:
            continue
        value = fields[name]
        if value is None:
            if name == _NULLABLE:
                values[name] = None
            continue
        if not _fits(value, wanted):
            raise SettingsError(
                f"`{name}` of SagemakerOrchestratorSettings is {value!r}, of type {type(value).__name__}",
                hint=f"it takes {wanted.replace('|', ' or ')}",
            )
        values[name] = dict(value) if isinstance(value, dict) else value
    return values


def _fits(value: object, wanted: str) -> bool:
    if wanted == _TEXT:
        return isinstance(value, str)
    if wanted == _NUMBER:
        return isinstance(value, int) and not isinstance(value, bool)
    if wanted == _SWITCH:
        return isinstance(value, bool)
    if wanted == _TEXTS:
        return _maps_text(value)
    if wanted == _LOCATIONS:
        return isinstance(value, str) or _maps_text(value)
    return value in wanted.split("|")


def _maps_text(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(key, str) and isinstance(item, str) for key, item in value.items()
    )
