"""Cells of a real notebook kernel's shell: their source is captured into a module that a job can import."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from harness import Supervisor

DRIVER = """
import json, sys
import __main__
from IPython.core.interactiveshell import InteractiveShell

cells = json.load(sys.stdin)
shell = InteractiveShell.instance(user_module=__main__, user_ns=vars(__main__), history_length=0)
shell.history_manager.enabled = False
for cell in cells:
    result = shell.run_cell(cell, store_history=True, silent=False)
    error = result.error_before_exec or result.error_in_exec
    if error is not None:
        said = [type(error).__name__, getattr(error, "message", str(error)), getattr(error, "hint", "")]
        print("FAILED", json.dumps(said))
        break
else:
    print("TRACED", json.dumps(vars(__main__)["flow"].trace()))
"""


class Notebook:
    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def run(self, *cells: str) -> dict | list:
        done = subprocess.run(
            [sys.executable, "-c", DRIVER],
            input=json.dumps([textwrap.dedent(cell).strip() + "\n" for cell in cells]),
            cwd=self.directory,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.directory), "IPYTHONDIR": str(self.directory / ".ipython")},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        for line in done.stdout.splitlines():
            for word in ("TRACED ", "FAILED "):
                if line.startswith(word):
                    return json.loads(line.removeprefix(word))
        raise AssertionError(done.stdout + done.stderr)

    def trace(self, *cells: str) -> tuple[dict, str]:
        document = self.run(*cells)
        assert isinstance(document, dict), document
        ((name, text),) = document["code"]["generated"].items()
        module = name.removesuffix(".py")
        assert module.startswith("_sagewright_cell_")
        for step in document["pipeline"]["steps"]:
            assert step["command"][-1].startswith(f"{module}:")
            line = text.splitlines()[step["source"]["line"] - 1]
            assert line.startswith(f"def {step['source']['function']}(")
        assert document["code"]["root"] == str(self.directory)
        assert "source" not in document["pipeline"]
        return document, text

    def error(self, *cells: str) -> str:
        failed = self.run(*cells, "flow.trace()")
        assert isinstance(failed, list), failed
        assert failed[0] == "PipelineError", failed
        assert failed[2]
        return failed[1]


@pytest.fixture
def notebook(tmp_path: Path) -> Notebook:
    directory = tmp_path / "notebooks"
    directory.mkdir()
    return Notebook(directory)


def test_everything_a_step_needs_is_captured_and_runs(notebook: Notebook, tmp_path: Path) -> None:
    (notebook.directory / "local_module.py").write_text("FACTOR = 10\n\ndef scale(x):\n    return x * FACTOR\n")
    document, text = notebook.trace(
        """
        import functools, logging, math
        import numpy as np
        import sklearn.linear_model
        import xml.etree.ElementTree as tree
        from dataclasses import dataclass, field
        from pathlib import Path
        from typing import Annotated, Optional
        from math import pi as PI
        import local_module
        from local_module import scale, FACTOR as factor
        from sagewright import pipeline, step
        import sagewright as sw
        """,
        """
        logger = logging.getLogger("mine")
        WEIGHTS = {"a": [1, 2.5], "b": (None, True)}
        DATA = Path("data")
        INFINITE = float("inf")
        unused = open("/dev/null")
        """,
        """
        class Base:
            def size(self):
                return len(WEIGHTS)

        @dataclass
        class Config(Base):
            depth: int = 3
            names: list[str] = field(default_factory=list)

        def helper(x: float) -> float:
            # calls another, which is defined later
            return later(x) * PI

        @functools.lru_cache(maxsize=None)
        def later(x):
            return x + Config().size()
        """,
        """
        @step
        def load(n: int) -> Annotated[np.ndarray, "data"]:
            assert str(DATA) == "data" and INFINITE > 1 and logger.name == "mine"
            return np.arange(n)

        @sw.step(
            name="train",
            settings={"orchestrator": {"instance_type": "ml.m5.large"}},
        )
        def fit(data: np.ndarray, config: Config = Config(4), *, extra: Optional[int] = None) -> float:
            def inner(value):
                return scale(value) + factor + local_module.FACTOR
            model = sklearn.linear_model.LinearRegression()
            tree.Element("x")
            return math.floor(helper(1.0)) + inner(float(data.sum())) + config.depth

        @step
        def make() -> Config:
            return Config(5, ["x"])

        @step
        def check(config: Config) -> str:
            assert type(config) is Config and config.size() == 2
            return config.names[0]
        """,
        """
        @pipeline
        def flow(n: int = 4):
            fit(load(n), config=Config(5))
            check(make())
        """,
    )
    assert "@step" not in text
    assert "sw.step" not in text
    assert "unused" not in text
    supervisor = Supervisor(tmp_path)
    supervisor.run(document, n=3)
    assert supervisor.load("train.output") == 9 + 3 * 10 + 10 + 10 + 5
    assert supervisor.load("check.output") == "x"


def test_the_module_is_named_after_its_content(notebook: Notebook) -> None:
    cells = [
        "from sagewright import pipeline, step",
        "@step\ndef one() -> int:\n    return 1",
        "@pipeline\ndef flow():\n    one()",
    ]
    first, _ = notebook.trace(*cells)
    again, _ = notebook.trace(*cells)
    other, _ = notebook.trace(cells[0], cells[1].replace("1", "2"), cells[2])
    assert first == again
    assert set(first["code"]["generated"]) != set(other["code"]["generated"])


def test_the_newest_definition_counts(notebook: Notebook) -> None:
    _, text = notebook.trace(
        "from sagewright import pipeline, step\nclass Kind:\n    old = 1\n\ndef helper():\n    return 'old'",
        "@step\ndef one() -> str:\n    return helper() + str(Kind())\n@pipeline\ndef flow():\n    one()",
        "class Kind:\n    new = 1\n\ndef helper():\n    return 'new'",
    )
    assert "old" not in text
    assert text.count("new") == 2


def test_steps_of_a_module_are_not_captured(notebook: Notebook) -> None:
    (notebook.directory / "steps.py").write_text(
        "from sagewright import step\n\n@step\ndef load() -> int:\n    return 1\n"
    )
    document = notebook.run(
        "from sagewright import pipeline\nfrom steps import load\n@pipeline\ndef flow():\n    load()"
    )
    assert document["code"]["generated"] == {}
    assert document["pipeline"]["steps"][0]["command"][-1] == "steps:load"
    assert document["pipeline"]["steps"][0]["source"] == {"file": "steps.py", "line": 4, "function": "load"}


def test_names_in_annotations_may_be_missing_where_they_are_not_needed(notebook: Notebook, tmp_path: Path) -> None:
    document, text = notebook.trace(
        """
        from __future__ import annotations
        from typing import Annotated
        from sagewright import pipeline, step

        @step
        def one(x: torch.Tensor = 3) -> Annotated[torch.Tensor, "tensor"]:
            return x

        @pipeline
        def flow():
            one()
        """
    )
    assert text.splitlines()[2] == "from __future__ import annotations"
    assert document["pipeline"]["steps"][0]["outputs"] == [{"name": "tensor", "type": "torch.Tensor"}]
    Supervisor(tmp_path).run(document)


@pytest.mark.parametrize(
    ("definitions", "body", "said"),
    [
        ("stream = open('/dev/null')", "stream.read()", "step `one` uses `stream` of type _io.TextIOWrapper"),
        ("big = __import__('numpy').zeros(3)", "big", "step `one` uses `big` of type numpy.ndarray"),
        ("", "no_such_name", "step `one` uses the name `no_such_name`, which does not exist in the notebook"),
        ("short = lambda: 1", "short()", "step `one` uses the lambda `short`"),
        (
            "def helper():\n    return deep\nclass Deep: ...\ndeep = Deep()",
            "helper()",
            "function `helper`, which step `one` uses, uses `deep` of type __main__.Deep",
        ),
        (
            "def outer():\n    kept = 1\n    def inner():\n        return kept\n    return inner\nhelper = outer()",
            "helper()",
            "uses `kept` of the function it was made in",
        ),
    ],
)
def test_what_cannot_be_captured_is_named(notebook: Notebook, definitions: str, body: str, said: str) -> None:
    message = notebook.error(
        "from sagewright import pipeline, step",
        definitions,
        f"@step\ndef one():\n    return {body}\n@pipeline\ndef flow():\n    one()",
    )
    assert said in message


def test_a_nested_step_is_refused(notebook: Notebook) -> None:
    message = notebook.error(
        "from sagewright import pipeline, step",
        "def outer():\n    @step\n    def one():\n        return 1\n    return one\ninner = outer()",
        "@pipeline\ndef flow():\n    inner()",
    )
    assert "is written inside the function `outer`" in message


def test_a_prompt_that_keeps_no_source_says_so(notebook: Notebook) -> None:
    script = textwrap.dedent(
        """
        from sagewright import pipeline, step

        @step
        def one() -> int:
            return 1

        @pipeline
        def flow():
            one()

        flow.trace()
        """
    )
    done = subprocess.run(
        [sys.executable, "-"], input=script, capture_output=True, text=True, check=False, cwd=notebook.directory
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: the source of step `one` is not known: this prompt does not keep")
    assert "Traceback" not in done.stderr
