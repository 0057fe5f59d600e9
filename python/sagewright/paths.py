"""Where a job finds the data it was given through S3, and where it leaves what goes to S3."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["input_data", "output_data"]

_VARIABLE = "SAGEWRIGHT_ML_ROOT"


def ml_root() -> Path:
    """Returns the directory that SageMaker calls `/opt/ml`; local jobs may have it elsewhere."""
    return Path(os.environ.get(_VARIABLE) or "/opt/ml")


def input_data(channel: str | None = None) -> Path:
    """Returns the directory of the data that `input_data_s3_uri` names.

    Args:
        channel: The channel, where `input_data_s3_uri` is a dict.

    Raises:
        FileNotFoundError: The job has no such input data.
    """
    base = ml_root() / "processing" / "input" / "data"
    wanted = base if channel is None else base / channel
    # In mode Pipe a channel is not a directory but a sequence of pipes: `train_0`, `train_1`, ...
    if wanted.exists() or wanted.with_name(f"{wanted.name}_0").exists():
        return wanted
    known = sorted(path.name for path in base.iterdir()) if base.is_dir() else []
    what = "input data" if channel is None else f"input channel {channel!r}"
    have = f"it has {', '.join(known)}" if known else "set `input_data_s3_uri` of SagemakerOrchestratorSettings"
    message = f"this job has no {what} at {wanted}; {have}"
    raise FileNotFoundError(message)


def output_data(channel: str | None = None) -> Path:
    """Returns the directory whose contents go to where `output_data_s3_uri` says; it is made if need be.

    Args:
        channel: The channel, where `output_data_s3_uri` is a dict.
    """
    base = ml_root() / "processing" / "output" / "data"
    wanted = base if channel is None else base / channel
    wanted.mkdir(parents=True, exist_ok=True)
    return wanted
