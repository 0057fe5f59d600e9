"""The `settings=` argument of steps and pipelines: from what users write to what the spec holds."""

from __future__ import annotations

from sagewright.errors import SettingsError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_KEYS = ("orchestrator", "orchestrator.sagemaker")
_MAPS = (
    "environment",
    "tags",
    "pipeline_tags",
    "input_data_s3_uri",
    "output_data_s3_uri",
    "processor_args",
    "estimator_args",
)
_PATCH = "job_overrides"


def read(settings: Mapping[str, object] | None, owner: str) -> dict[str, object]:
    """Returns the fields that `settings` sets; `owner` names the step or pipeline in errors.

    Raises:
        SettingsError: The argument has another form, an unknown key or an unknown field.
    """
    if not settings:
        return {}
    if not isinstance(settings, dict):
        raise SettingsError(
            f"`settings` of {owner} is of type {type(settings).__name__}",
            hint='write settings={"orchestrator": SagemakerOrchestratorSettings(...)}',
        )
    for key in settings:
        if key not in _KEYS:
            match = nearest(str(key), list(_KEYS)) or "orchestrator"
            raise SettingsError(
                f"`settings` of {owner} has an unknown key `{key}`",
                hint=f'did you mean "{match}"? known are {", ".join(_KEYS)}',
            )
    if len(settings) > 1:
        raise SettingsError(
            f"`settings` of {owner} has both `{_KEYS[0]}` and `{_KEYS[1]}`",
            hint="they mean the same: keep one of them",
        )
    (value,) = settings.values()
    return _fields(value, owner)


def merge(earlier: Mapping[str, object], later: Mapping[str, object]) -> dict[str, object]:
    """Lays `later` over `earlier`: what is later wins, and maps are merged by key."""
    merged = dict(earlier)
    for name, value in later.items():
        before = merged.get(name)
        if name in _MAPS and isinstance(before, dict) and isinstance(value, dict):
            merged[name] = {**before, **value}
        elif name == _PATCH:
            merged[name] = _patched(before, value)
        else:
            merged[name] = value
    return merged


def _patched(earlier: object, later: object) -> object:
    """Joins two JSON merge patches into one that does what both do one after the other."""
    if not isinstance(earlier, dict) or not isinstance(later, dict):
        return later
    joined = dict(earlier)
    for key, value in later.items():
        joined[key] = _patched(joined.get(key), value)
    return joined


def tags(value: Mapping[str, str] | None, owner: str) -> dict[str, str]:
    """Returns the tags of a pipeline.

    Raises:
        SettingsError: They are not a dict of text to text.
    """
    if not value:
        return {}
    if not isinstance(value, dict) or not all(
        isinstance(key, str) and isinstance(item, str) for key, item in value.items()
    ):
        raise SettingsError(f"`tags` of {owner} are {value!r}", hint="they are a dict of text to text")
    return dict(value)


def _fields(value: object, owner: str) -> dict[str, object]:
    from sagewright.aws import SagemakerOrchestratorSettings, checked

    if isinstance(value, SagemakerOrchestratorSettings):
        return value.to_dict()
    if isinstance(value, dict):
        return checked(value)
    raise SettingsError(
        f"the orchestrator settings of {owner} are of type {type(value).__name__}",
        hint="they are a SagemakerOrchestratorSettings or a dict of its fields",
    )
