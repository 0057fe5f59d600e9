"""Settings of the SageMaker orchestrator."""

from __future__ import annotations

from sagewright.errors import SettingsError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

__all__ = ["SagemakerOrchestratorSettings"]

_TEXT = "text"
_NUMBER = "a whole number"
_SWITCH = "True or False"
_TEXTS = "a dict of text to text"
_LOCATIONS = "an S3 URI, or a dict of channel names to S3 URIs"
_TEXT_LIST = "a list of text"
_RETRIES = "True, False or a list of dicts"
_DATA = "a dict of text to what JSON can hold"

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
    "instance_count": _NUMBER,
    "image_uri": _TEXT,
    "base_job_name": _TEXT,
    "use_spot_instances": _SWITCH,
    "max_wait_in_seconds": _NUMBER,
    "checkpoint_s3_uri": _TEXT,
    "checkpoint_local_path": _TEXT,
    "volume_kms_key": _TEXT,
    "output_kms_key": _TEXT,
    "subnets": _TEXT_LIST,
    "security_group_ids": _TEXT_LIST,
    "enable_network_isolation": _SWITCH,
    "encrypt_inter_container_traffic": _SWITCH,
    "retry_policies": _RETRIES,
    "processor_args": _DATA,
    "estimator_args": _DATA,
    "job_overrides": _DATA,
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
        instance_count: Number of instances of the job. Each runs the step; what the first returns counts.
        image_uri: Image that the job runs, in place of the stack's.
        base_job_name: What the job's name begins with.
        use_spot_instances: True runs a Training job on spare capacity, which AWS may take back.
        max_wait_in_seconds: Longest time that a spot job may wait and run.
        checkpoint_s3_uri: Where checkpoints of a Training job are kept in S3.
        checkpoint_local_path: Where the job keeps them; `/opt/ml/checkpoints` by default.
        volume_kms_key: Key that the job's volume is encrypted with.
        output_kms_key: Key that SageMaker encrypts the job's outputs with.
        subnets: Subnets of the job's VPC.
        security_group_ids: Security groups of the job's VPC.
        enable_network_isolation: Always False: a step needs S3.
        encrypt_inter_container_traffic: Whether traffic between the job's instances is encrypted.
        retry_policies: False turns retries by the service off; a list has policies of your own.
        processor_args: Arguments of the SageMaker SDK's `Processor`, for Processing jobs.
        estimator_args: Arguments of the SageMaker SDK's `Estimator`, for Training jobs.
        job_overrides: A JSON merge patch for the request that creates the job.
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
        instance_count: int | None
        image_uri: str | None
        base_job_name: str | None
        use_spot_instances: bool | None
        max_wait_in_seconds: int | None
        checkpoint_s3_uri: str | None
        checkpoint_local_path: str | None
        volume_kms_key: str | None
        output_kms_key: str | None
        subnets: Sequence[str] | None
        security_group_ids: Sequence[str] | None
        enable_network_isolation: bool | None
        encrypt_inter_container_traffic: bool | None
        retry_policies: bool | Sequence[Mapping[str, object]] | None
        processor_args: Mapping[str, object] | None
        estimator_args: Mapping[str, object] | None
        job_overrides: Mapping[str, object] | None

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
            instance_count: int | None = ...,
            image_uri: str | None = ...,
            base_job_name: str | None = ...,
            use_spot_instances: bool | None = ...,
            max_wait_in_seconds: int | None = ...,
            checkpoint_s3_uri: str | None = ...,
            checkpoint_local_path: str | None = ...,
            volume_kms_key: str | None = ...,
            output_kms_key: str | None = ...,
            subnets: Sequence[str] | None = ...,
            security_group_ids: Sequence[str] | None = ...,
            enable_network_isolation: bool | None = ...,
            encrypt_inter_container_traffic: bool | None = ...,
            retry_policies: bool | Sequence[Mapping[str, object]] | None = ...,
            processor_args: Mapping[str, object] | None = ...,
            estimator_args: Mapping[str, object] | None = ...,
            job_overrides: Mapping[str, object] | None = ...,
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
        values[name] = _copied(value)
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
    if wanted == _TEXT_LIST:
        return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)
    if wanted == _RETRIES:
        listed = isinstance(value, (list, tuple)) and all(isinstance(item, dict) for item in value)
        return isinstance(value, bool) or (listed and _is_data(value))
    if wanted == _DATA:
        return isinstance(value, dict) and _is_data(value)
    return value in wanted.split("|")


def _maps_text(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(key, str) and isinstance(item, str) for key, item in value.items()
    )


def _is_data(value: object) -> bool:
    """Says whether JSON can hold the value as it is."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_data(item) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return all(_is_data(item) for item in value)
    if isinstance(value, float):
        return value - value == 0  # neither infinite nor not a number
    return value is None or isinstance(value, (str, int))


def _copied(value: object) -> object:
    """Copies dicts and lists all the way down, so that settings cannot be changed from outside."""
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_copied(item) for item in value]
    return value
