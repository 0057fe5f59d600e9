"""The first link of the golden chain: every `fixtures/pipelines/<case>/pipeline.py` traces to its `spec.json`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).parents[2] / "fixtures" / "pipelines"


@pytest.mark.parametrize("case", sorted(path.parent.name for path in CASES.glob("*/pipeline.py")))
def test_a_pipeline_traces_to_its_spec(case: str, tmp_path: Path) -> None:
    output = tmp_path / "trace.json"
    done = subprocess.run(
        [sys.executable, "-m", "sagewright.trace", str(CASES / case / "pipeline.py"), "--output", str(output)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr or output.read_text()
    document = json.loads(output.read_text())
    assert document["code"] == {"root": str(CASES / case), "generated": {}}
    golden = CASES / case / "spec.json"
    traced = json.dumps(document["pipeline"], indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("SAGEWRIGHT_BLESS"):
        golden.write_text(traced)
    assert traced == json.dumps(json.loads(golden.read_text()), indent=2, ensure_ascii=False) + "\n"
