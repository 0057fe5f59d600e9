"""Artifact types: how values are stored between steps.

Each type has a form of its own that other tools can read; what has no better form is pickled, with a note.
The type is chosen from the value. Types for values of your own are added with `register`.
"""

from __future__ import annotations

from sagewright.artifacts.base import ArtifactType, CannotSave
from sagewright.artifacts.registry import load, register, save

__all__ = ["ArtifactType", "CannotSave", "load", "register", "save"]
