"""Fixtures for all tests."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest


class Project:
    """A directory with a user's files."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def write(self, **files: str) -> Project:
        for name, text in files.items():
            path = self.directory / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))
        return self

    def trace(self, target: str = "run.py", *arguments: str, expect: int = 0) -> dict:
        output = self.directory / "trace.json"
        done = self.python("-m", "sagewright.trace", target, "--output", str(output), *arguments)
        assert done.returncode == expect, done.stderr
        document = json.loads(output.read_text())
        assert ("error" in document) == (expect != 0)
        return document

    def error(self, target: str = "run.py", *arguments: str) -> dict:
        return self.trace(target, *arguments, expect=2)["error"]

    def python(self, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess:
        import os

        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.directory,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


@pytest.fixture
def project(tmp_path: Path) -> Project:
    directory = tmp_path / "project"
    directory.mkdir()
    return Project(directory)
