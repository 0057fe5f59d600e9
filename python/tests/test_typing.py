"""Type checkers see through the decorators: arguments, results and settings are checked."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

SOURCE = """
from typing import Annotated

from sagewright import Run, pipeline, step
from sagewright.aws import SagemakerOrchestratorSettings


@step
def load() -> tuple[Annotated[int, "a"], str]:
    return 1, "x"


@step(settings={"orchestrator": SagemakerOrchestratorSettings(keep_alive_period_in_seconds=None)})
def train(x: int, depth: int = 3) -> Annotated[float, "model"]:
    return 1.0


@pipeline(tags={"a": "b"})
def flow(depth: int = 3) -> None:
    first, second = load()
    model: float = train.with_options(name="other", after=[second])(first, depth=depth)
    train(second)  # error: arg-type


run: Run = flow(depth=4)
flow(dpeth=3)  # error: call-arg
SagemakerOrchestratorSettings(instance_typ="x")  # error: call-arg
train.settings = 3  # error: assignment
"""


def test_mypy_finds_the_mistakes_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text(SOURCE)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "run.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"^run.py:(\d+): error: .*\[([a-z-]+)\]$", done.stdout, re.MULTILINE)
    lines = enumerate(SOURCE.splitlines(), start=1)
    wanted = [(str(number), line.partition("# error: ")[2]) for number, line in lines if "# error: " in line]
    assert found == wanted, done.stdout
