"""Importing the package costs next to nothing, and the examples hold together."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from harness import Supervisor

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "statement",
    [
        "import sagewright",
        "from sagewright import pipeline, step",
        "from sagewright.aws import SagemakerOrchestratorSettings",
    ],
)
def test_nothing_heavy_is_imported(statement: str) -> None:
    script = f"import sys; before = set(sys.modules); {statement}; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if not name.startswith(("sagewright", "importlib"))}
    assert loaded <= {"__future__", "contextvars", "_contextvars", "warnings", "types"}


def test_names_of_the_package() -> None:
    import sagewright

    assert set(sagewright.__all__) <= set(dir(sagewright))
    for name in sagewright.__all__:
        assert getattr(sagewright, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        sagewright.nothing


@pytest.mark.parametrize("example", ["quickstart", "s3_batch"])
def test_an_example_runs(example: str, tmp_path: Path) -> None:
    output = tmp_path / "trace.json"
    target = ROOT / "examples" / example / "run.py"
    done = subprocess.run(
        [sys.executable, "-m", "sagewright.trace", str(target), "--output", str(output)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, output.read_text()
    supervisor = Supervisor(tmp_path)
    supervisor.run(json.loads(output.read_text()))
    if example == "quickstart":
        accuracies = supervisor.load("pick_best.accuracies")
        assert all(accuracy > 0.9 for accuracy in accuracies.values())
        assert "accuracy of the forest: 0.9" in supervisor.logs["evaluate_forest"]
        assert supervisor.records["draw.confusion_matrix"]["preview"]["kind"] == "image"
    else:
        assert supervisor.load("add_up.totals") == {"orders": 1200, "euros": 3850.0}


def test_data_of_a_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sagewright import paths

    monkeypatch.setenv("SAGEWRIGHT_ML_ROOT", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="set `input_data_s3_uri`"):
        paths.input_data()
    (tmp_path / "processing/input/data/train").mkdir(parents=True)
    (tmp_path / "processing/input/data/events_0").touch()
    assert paths.input_data() == tmp_path / "processing/input/data"
    assert paths.input_data("train").is_dir()
    assert paths.input_data("events").name == "events"
    with pytest.raises(FileNotFoundError, match=r"no input channel 'test' at .*; it has events_0, train"):
        paths.input_data("test")
    assert paths.output_data("checkpoints").is_dir()
    assert paths.output_data() == tmp_path / "processing/output/data"
