"""The worker as the supervisor sees it: a real process, a step file, a result or an error file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from harness import Done, run_worker


@pytest.fixture
def work(tmp_path: Path):
    """Writes `run.py` and runs one of its steps."""
    code = tmp_path / "code"
    code.mkdir()
    count = iter(range(100))

    def run(source: str, function: str = "go", *, options: tuple[str, ...] = (), **keywords) -> Done:
        (code / "run.py").write_text(textwrap.dedent(source))
        target = function if ":" in function else f"run:{function}"
        return run_worker(tmp_path / f"job-{next(count)}", [*options, target], code, **keywords)

    run.code = code
    return run


def failure(done: Done) -> dict:
    assert done.returncode == 1, done.stderr
    assert done.result is None
    assert not list(done.folder.glob("*.part"))
    return done.error


def test_a_step_runs_and_leaves_a_result(work) -> None:
    done = work(
        """
        from typing import Annotated
        from sagewright import step

        @step
        def go(x: int, names: list[str]) -> tuple[Annotated[int, "sum"], Annotated[dict[str, int], "table"]]:
            print("working")
            return x + 1, {name: len(name) for name in names}
        """,
        inputs={"x": {"value": 3}, "names": {"list": [{"value": "a"}, {"value": "bb"}]}},
        outputs=["table", "sum"],
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "working\n"
    assert done.error is None
    assert done.result["version"] == 1
    assert done.result["outputs"]["sum"] == {
        "type": "json",
        "language_type": "int",
        "metadata": {},
        "preview": {"kind": "json", "value": 4},
        "note": None,
    }
    assert json.loads((done.folder / "outputs/table/data.json").read_text()) == {"a": 1, "bb": 2}


def test_artifacts_come_in_and_arguments_get_their_annotated_types(work, tmp_path: Path) -> None:
    from sagewright import artifacts

    folder = tmp_path / "in"
    folder.mkdir()
    record = artifacts.save((1, 2), str(folder))
    artifact = {"path": str(folder), "type": record["type"], "metadata": record["metadata"], "note": None}
    done = work(
        """
        from dataclasses import dataclass
        from typing import Optional

        @dataclass
        class Layer:
            size: int
            rates: tuple[float, float]

        @dataclass
        class Network:
            layers: list[Layer]
            name: Optional[str] = None

        def go(
            pair, several: list, network: Network, rate: float, maybe: "Optional[Network]", sizes: tuple[int, ...],
            *rest, flag: bool = True, **more,
        ):
            assert pair == (1, 2) and several == [(1, 2), 5], (pair, several)
            assert network == Network([Layer(3, (1.0, 2.0))], "n"), network
            assert type(rate) is float and maybe.layers == [] and sizes == (1, 2)
            assert rest == (7, 8) and flag is True and more == {"extra": 1}
            return "ok"
        """,
        inputs={
            "pair": {"artifact": artifact},
            "several": {"list": [{"artifact": artifact}, {"value": 5}]},
            "network": {"value": {"layers": [{"size": 3, "rates": [1, 2]}], "name": "n"}},
            "rate": {"value": 2},
            "maybe": {"value": {"layers": []}},
            "sizes": {"value": [1, 2]},
            "rest": {"list": [{"value": 7}, {"value": 8}]},
            "extra": {"value": 1},
        },
    )
    assert done.error is None
    assert done.result["outputs"]["output"]["type"] == "text"


def test_the_module_is_imported_under_its_own_name_and_a_pipeline_call_does_nothing(work) -> None:
    done = work(
        """
        from sagewright import pipeline, step
        import sys

        @step
        def go() -> str:
            assert sys.modules["run"].go is go
            return __name__ + helper()

        @step
        def helper() -> str:
            return "!"

        @pipeline
        def flow():
            go()

        flow()
        if __name__ == "__main__":
            raise RuntimeError("the guard is not respected")
        """
    )
    assert done.error is None, done.error
    assert (done.folder / "outputs/output/data.txt").read_text() == "run!"


def test_an_exception_has_its_line_and_a_traceback_without_our_frames(work) -> None:
    done = work(
        """
        from sagewright import step

        def deeper(values):
            return sorted(values, key=int)

        @step
        def go():
            print("before")
            try:
                {}["missing"]
            except KeyError as error:
                raise ValueError("no luck") from error
        """
    )
    error = failure(done)
    assert {key: error[key] for key in ("version", "kind", "type", "message", "file", "line", "function", "hint")} == {
        "version": 1,
        "kind": "UserException",
        "type": "ValueError",
        "message": "no luck",
        "file": "run.py",
        "line": 13,
        "function": "go",
        "hint": None,
    }
    assert error["traceback"].startswith('Traceback (most recent call last):\n  File "run.py", line 11, in go\n')
    assert "direct cause" in error["traceback"]
    assert "sagewright" not in error["traceback"]
    assert done.stdout == "before\n"
    assert "ValueError: no luck" in done.stderr


def test_the_place_is_the_users_own_line_even_when_a_library_raises(work) -> None:
    (work.code / "lib.py").write_text("import json\n\n\ndef read(text):\n    return json.loads(text)\n")
    error = failure(work("import lib\n\ndef go():\n    return lib.read('{')\n"))
    assert (error["type"], error["file"], error["line"], error["function"]) == (
        "json.decoder.JSONDecodeError",
        "lib.py",
        5,
        "read",
    )


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ("{}['a']", "KeyError", "key 'a' is missing"),
        ("assert 1 > 2", "AssertionError", "assertion failed: assert 1 > 2"),
        ("assert False, 'why'", "AssertionError", "why"),
        ("raise ValueError", "ValueError", "ValueError was raised without a message"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", "the step was interrupted"),
        ("import sys; sys.exit(3)", "SystemExit", "the step called sys.exit(3) before it returned"),
        ("exit()", "SystemExit", "the step called sys.exit() before it returned"),
        ("raise MemoryError", "MemoryError", "MemoryError was raised without a message"),
        ("raise ExceptionGroup('many', [ValueError(1)])", "ExceptionGroup", "many (1 sub-exception)"),
        ("raise ValueError('\\ud800')", "ValueError", "?"),
        ("return 1 / 0", "ZeroDivisionError", "division by zero"),
    ],
)
def test_messages_are_readable(work, body: str, kind: str, message: str) -> None:
    if "Group" in kind and sys.version_info < (3, 11):
        pytest.skip("exception groups came with Python 3.11")
    error = failure(work(f"def go():\n    {body}\n"))
    assert (error["kind"], error["type"], error["message"]) == ("UserException", kind, message)
    assert (error["file"], error["line"], error["function"]) == ("run.py", 2, "go")


def test_a_step_without_outputs_may_exit_with_zero(work) -> None:
    done = work("import sys\n\ndef go() -> None:\n    sys.exit(0)\n", outputs=())
    assert done.returncode == 0
    assert done.result["outputs"] == {}


def test_endless_recursion_keeps_the_traceback_short(work) -> None:
    error = failure(work("def go(depth: int = 0):\n    return go(depth + 1) + 1\n"))
    assert error["type"] == "RecursionError"
    assert len(error["traceback"]) < 20_000


@pytest.mark.parametrize(
    ("source", "function", "message", "hint"),
    [
        ("", "no_such_module:go", "the step's module `no_such_module` is not in the code", "be installed"),
        ("", "go", "module `run` has no step `go`", "submit the pipeline again"),
        ("go = 3", "go", "module `run` has no step `go`", "submit the pipeline again"),
        (
            "import sklearn_that_is_not_there",
            "go",
            "No module named",
            "python3 -m pip install sklearn_that_is_not_there",
        ),
        ("import cv2", "go", "No module named 'cv2'", "pip install opencv-python-headless"),
        ("import sys\nsys.exit('bye')", "go", "ended the process while it was imported", "__main__"),
        ("def go(:\n  pass", "go", "module `run` cannot be read: invalid syntax", None),
    ],
)
def test_what_keeps_a_step_from_starting(work, source: str, function: str, message: str, hint: str | None) -> None:
    error = failure(work(source, function))
    assert error["kind"] == "Setup"
    assert message in error["message"]
    assert hint is None or hint in error["hint"]
    if "import" in source or "def" in source:
        assert error["file"] == "run.py"
        assert error["line"] is not None


def test_an_exception_while_importing_is_the_users(work) -> None:
    error = failure(work("x = 1\ny = x / 0\n"))
    assert (error["kind"], error["type"], error["line"], error["function"]) == (
        "UserException",
        "ZeroDivisionError",
        2,
        None,
    )


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        ("tuple[int, int]", "(1, 2, 3)", "step `go` has 2 outputs (output_0, output_1) but returned 3 values"),
        ("tuple[int, int]", "5", "step `go` has 2 outputs (output_0, output_1) but returned a int"),
        ("tuple[int, int]", "(1, 'x')", "output `output_1` of step `go` should be of type int"),
        ("int", "None", "output `output` of step `go` should be of type int, but the function returned nothing"),
        ("int", "'text'", "should be of type int, but the function returned a str"),
        ("'pd.DataFrame'", "None", "should be of type pd.DataFrame, but the function returned nothing"),
        ("None", "3", "step `go` says `-> None` but returned a int"),
        ("object", "(x for x in [])", "output `output` of type generator cannot be saved: it cannot be pickled"),
    ],
)
def test_outputs_that_do_not_fit(work, annotation: str, value: str, message: str) -> None:
    outputs = {"tuple[int, int]": ["output_0", "output_1"], "None": []}.get(annotation, ["output"])
    error = failure(work(f"\n\ndef go() -> {annotation}:\n    return {value}\n", outputs=outputs))
    assert error["kind"] == "Serialization"
    assert message in error["message"]
    assert error["hint"]
    assert (error["file"], error["line"], error["function"]) == ("run.py", 3, "go")


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        ("float", "1"),
        ("float", "True"),
        ("int | None", "None"),
        ("'pd.DataFrame | None'", "None"),
        ("'Optional[pd.DataFrame]'", "None"),
        ("dict[str, int]", "__import__('collections').OrderedDict(a=1)"),
        ("float", "__import__('numpy').float32(1)"),
        ("int", "__import__('numpy').int64(1)"),
        ("__import__('typing').Any", "None"),
        ("__import__('typing').Literal['a']", "'a'"),
        ("__import__('collections.abc').abc.Sequence", "[1]"),
    ],
)
def test_outputs_that_do_fit(work, annotation: str, value: str) -> None:
    done = work(f"def go() -> {annotation}:\n    return {value}\n")
    assert done.error is None


def test_a_loose_annotation_is_noted_and_nothing_is_lost(work) -> None:
    done = work(
        """
        class Base: ...
        class Model: ...

        def go() -> Base:
            return Model()
        """
    )
    assert done.error is None
    assert done.result["outputs"]["output"]["note"].startswith("annotated as run.Base, but is a run.Model; stored with")


def test_outputs_other_than_submitted(work) -> None:
    error = failure(work("def go() -> int:\n    return 1\n", outputs=["model"]))
    assert error["kind"] == "Setup"
    assert "has the outputs `output`, but was submitted with `model`" in error["message"]


def test_a_constant_that_does_not_fit_its_annotation(work) -> None:
    source = """
    from dataclasses import dataclass

    @dataclass
    class Size:
        width: int
        height: int

    def go(size: Size):
        return size.width
    """
    error = failure(work(source, inputs={"size": {"value": {"width": 1}}}))
    assert error["kind"] == "Serialization"
    assert "argument `size` cannot be made a run.Size" in error["message"]


def test_an_artifact_that_cannot_be_read(work, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/data.json").write_text("{")
    artifact = {"path": str(tmp_path / "broken"), "type": "json", "metadata": {}, "note": None}
    error = failure(work("def go(x):\n    return x\n", inputs={"x": {"artifact": artifact}}))
    assert error["kind"] == "Serialization"
    assert "argument `x`, stored as json, cannot be loaded" in error["message"]


def test_a_full_disk_says_so(work) -> None:
    error = failure(
        work(
            """
            class Full:
                def __reduce__(self):
                    raise OSError(28, "No space left on device")

            def go():
                return Full()
            """
        )
    )
    assert error["kind"] == "Serialization"
    assert "No space left on device" in error["message"]
    assert "volume_size_in_gb" in error["hint"]


def test_directories_below_the_code_are_on_the_path(work) -> None:
    (work.code / "src/lib").mkdir(parents=True)
    (work.code / "src/lib/steps.py").write_text("def go() -> int:\n    return 1\n")
    done = work("", "lib.steps:go", options=("--path", "src"))
    assert done.error is None


def test_files_called_like_pythons_own_modules_do_no_harm(work) -> None:
    for name in ("json", "traceback", "pickle"):
        (work.code / f"{name}.py").write_text("raise RuntimeError('the wrong module')\n")
    done = work("def go() -> int:\n    return 1\n")
    assert done.error is None


def test_output_appears_while_the_step_runs(work, tmp_path: Path) -> None:
    (work.code / "run.py").write_text("import time\n\ndef go():\n    print('first')\n    time.sleep(60)\n")
    folder = tmp_path / "job"
    folder.mkdir()
    document = {
        "version": 1, "run_id": "r", "pipeline": "p", "step": "s", "attempt": 1, "code": str(work.code), "inputs": {},
        "outputs": {"output": {"path": str(folder)}}, "result": str(folder / "r.json"), "error": str(folder / "e.json"),
    }  # fmt: skip
    (folder / "step.json").write_text(json.dumps(document))
    process = subprocess.Popen(
        [sys.executable, "-m", "sagewright.worker", "run:go"],
        cwd=work.code,
        env={"PATH": os.environ["PATH"], "SAGEWRIGHT_STEP": str(folder / "step.json")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout.readline() == "first\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 1
        error = json.loads((folder / "e.json").read_text())
        assert error["type"] == "KeyboardInterrupt"
        assert error["line"] in (4, 5)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_wrong_calls_are_answered_without_a_traceback(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"]}
    for arguments, step, said in (
        ([], None, "usage:"),
        (["run:go"], None, "usage:"),
        (["run:go"], tmp_path / "missing.json", "cannot read the step file"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "sagewright.worker", *arguments],
            env={**environment, **({"SAGEWRIGHT_STEP": str(step)} if step else {})},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_the_worker_starts_quickly(work) -> None:
    source = "import sys\n\ndef go() -> int:\n    print(*sys.modules)\n    return 1\n"
    loaded = set(work(source).stdout.split())
    heavy = {"typing", "inspect", "dataclasses", "pathlib", "argparse", "subprocess", "traceback", "pickle", "numpy"}
    assert not loaded & heavy
    started = time.perf_counter()
    work(source)
    assert time.perf_counter() - started < 5
