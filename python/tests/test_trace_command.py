"""`python -m sagewright.trace`: targets, code roots, and the user's mistakes as data."""

from __future__ import annotations

import os
import sys
from pathlib import Path

SIMPLE = """
    from sagewright import pipeline, step

    @step
    def load() -> int:
        return 1

    @pipeline
    def flow(depth: int = 3):
        load()
"""


def test_a_file_is_imported_under_its_own_name(project) -> None:
    project.write(
        run=SIMPLE
        + """
    if __name__ == "__main__":
        raise SystemExit("the guard is not respected")
    """
    )
    document = project.trace()
    assert document["version"] == 1
    assert document["pipeline"]["name"] == "flow"
    assert document["pipeline"]["source"] == {"file": "run.py", "line": 9, "function": "flow"}
    assert document["pipeline"]["steps"][0]["source"] == {"file": "run.py", "line": 5, "function": "load"}
    assert document["pipeline"]["steps"][0]["command"][-1] == "run:load"
    assert document["code"] == {"root": str(project.directory), "generated": {}}
    assert document["environment"] == {"command_path": str(Path(sys.executable).parent)}


def test_a_script_without_a_guard_does_not_run_the_pipeline(project) -> None:
    project.write(run=SIMPLE + "\n    flow(depth=5)\n")
    assert project.trace()["pipeline"]["parameters"][0]["default"] == 3


def test_using_the_run_without_a_guard_says_so(project) -> None:
    project.write(run=SIMPLE + "\n    print(flow().id)\n")
    error = project.error()
    assert "is used while its file is only imported" in error["message"]
    assert '__name__ == "__main__"' in error["hint"]
    assert (error["file"], error["line"]) == ("run.py", 12)


def test_one_of_several_pipelines_is_named(project) -> None:
    project.write(
        run=SIMPLE
        + """
    @pipeline(name="second-flow")
    def other():
        load()
    """
    )
    error = project.error()
    assert error["message"] == "`run.py` has several pipelines: flow, other"
    assert error["hint"] == "name one: run.py:flow"
    assert project.trace("run.py:other")["pipeline"]["name"] == "second-flow"
    assert project.trace("run.py:second-flow")["pipeline"]["name"] == "second-flow"
    error = project.error("run.py:third")
    assert error["message"] == "`run.py` has no pipeline `third`"
    assert error["hint"] == "it has: flow, other"


def test_the_files_own_pipeline_comes_before_imported_ones(project) -> None:
    project.write(
        shared=SIMPLE,
        run="""
        from sagewright import pipeline
        from shared import flow, load

        @pipeline
        def own():
            load()
        """,
        only_imports="from shared import flow\n",
    )
    document = project.trace()
    assert document["pipeline"]["name"] == "own"
    assert document["pipeline"]["steps"][0]["command"][-1] == "shared:load"
    assert document["pipeline"]["steps"][0]["source"]["file"] == "shared.py"
    assert project.trace("only_imports.py")["pipeline"]["name"] == "flow"


def test_a_module_of_a_package(project) -> None:
    project.write(package____init__="", package__flows=SIMPLE)
    document = project.trace("package.flows:flow")
    assert document["code"]["root"] == str(project.directory)
    assert document["pipeline"]["steps"][0]["command"][-1] == "package.flows:load"
    assert document["pipeline"]["steps"][0]["source"]["file"] == "package/flows.py"
    assert project.trace("package.flows")["pipeline"]["name"] == "flow"


def test_a_source_directory_on_the_path_travels_with_the_step(project) -> None:
    project.write(
        src__lib____init__="",
        src__lib__steps="from sagewright import step\n@step\ndef load() -> int:\n    return 1\n",
        run="""
        import sys
        from pathlib import Path
        sys.path.append(str(Path(__file__).parent / "src"))
        from lib.steps import load
        from sagewright import pipeline

        @pipeline
        def flow():
            load()
        """,
    )
    step = project.trace()["pipeline"]["steps"][0]
    assert step["command"][3:] == ["--path", "src", "lib.steps:load"]
    assert step["source"] == {"file": "src/lib/steps.py", "line": 3, "function": "load"}


def test_a_step_of_an_installed_module_is_imported_from_there(project) -> None:
    project.write(
        run="""
        from statistics import mean
        from sagewright import pipeline, step

        average = step(mean)

        @pipeline
        def flow():
            average([1, 2])
        """
    )
    step = project.trace()["pipeline"]["steps"][0]
    assert step["command"][-1] == "statistics:mean"
    assert step["source"]["file"] == "statistics.py"


def test_the_line_is_that_of_def_below_long_decorators(project) -> None:
    project.write(
        run="""
        from sagewright import pipeline, step

        @step(
            name="x",
            settings={
                "orchestrator": {"instance_type": "ml.m5.large"},
            },
        )

        def load(
            value: int = 1,
        ) -> int:
            return value

        @pipeline
        def flow():
            load()
        """
    )
    assert project.trace()["pipeline"]["steps"][0]["source"]["line"] == 11


def test_annotations_that_do_not_exist_at_run_time(project) -> None:
    project.write(
        run="""
        from __future__ import annotations
        from typing import TYPE_CHECKING, Annotated
        from sagewright import pipeline, step
        if TYPE_CHECKING:
            import torch as t

        @step
        def train(data: t.Tensor) -> tuple[Annotated[t.nn.Module, "model"], list[t.Tensor] | None]:
            ...

        @step
        def quoted() -> "Annotated[pd.DataFrame, 'frame']":
            ...

        @pipeline
        def flow(depth: int = 3):
            train(depth)
            quoted()
        """
    )
    spec = project.trace()["pipeline"]
    assert spec["parameters"] == [{"name": "depth", "type": "integer", "default": 3}]
    assert spec["steps"][0]["outputs"] == [
        {"name": "model", "type": "t.nn.Module"},
        {"name": "output_1", "type": "list[t.Tensor] | None"},
    ]
    assert spec["steps"][1]["outputs"] == [{"name": "frame", "type": "pd.DataFrame"}]


def test_what_the_file_prints_does_not_matter(project) -> None:
    project.write(run="print('hello')\n" + SIMPLE.replace("\n    ", "\n"))
    assert project.trace()["pipeline"]["name"] == "flow"


def test_constants_can_be_set(project) -> None:
    project.write(
        run="""
        from sagewright import pipeline, step

        @step
        def load(size: int) -> int:
            return size

        @pipeline
        def flow(sizes: list[int]):
            for size in sizes:
                load(size)
        """
    )
    assert "no value for the constant `sizes`" in project.error()["message"]
    assert len(project.trace("run.py", "--param", "sizes=[1, 2]")["pipeline"]["steps"]) == 2


def test_a_syntax_error(project) -> None:
    project.write(run="def broken(:\n    pass\n")
    error = project.error()
    assert (error["type"], error["message"], error["file"], error["line"]) == (
        "SyntaxError",
        "invalid syntax",
        "run.py",
        1,
    )


def test_a_syntax_error_in_another_file(project) -> None:
    project.write(run="import steps\n", steps="\nx = = 1\n")
    error = project.error()
    assert (error["type"], error["file"], error["line"]) == ("SyntaxError", "steps.py", 2)


def test_a_missing_import(project) -> None:
    project.write(run="import os\nimport not_installed_anywhere.part\n")
    error = project.error()
    assert error == {
        "type": "ModuleNotFoundError",
        "message": "No module named 'not_installed_anywhere'",
        "file": "run.py",
        "line": 2,
        "hint": "install it where the step runs: python3 -m pip install not_installed_anywhere",
    }


def test_an_exception_of_the_users_own(project) -> None:
    project.write(run="def fail():\n    return {}['depth']\n\nfail()\n")
    error = project.error()
    assert (error["type"], error["message"], error["file"], error["line"]) == (
        "KeyError",
        "key 'depth' is missing",
        "run.py",
        2,
    )


def test_a_mistake_in_the_pipeline_has_its_line(project) -> None:
    project.write(run=SIMPLE + "        if depth > 3:\n            load()\n")
    error = project.error()
    assert error["type"] == "PipelineError"
    assert "pipeline parameter `depth` has no value while the pipeline is traced" in error["message"]
    assert (error["file"], error["line"]) == ("run.py", 11)


def test_a_file_that_ends_the_process(project) -> None:
    project.write(run="import sys\nsys.exit(4)\n")
    error = project.error()
    assert "ended the process while it was imported" in error["message"]


def test_files_that_cannot_be_imported(project) -> None:
    project.write(run=SIMPLE)
    assert project.error("missing.py")["message"] == "there is no file `missing.py`"
    (project.directory / "two.dots.py").write_text("")
    assert "cannot be imported under its name" in project.error("two.dots.py")["message"]
    project.write(json=SIMPLE.replace("\n    ", "\n"))
    assert "has the name of another module" in project.error("json.py")["message"]
    project.write(empty="")
    assert project.error("empty.py")["message"] == "`empty.py` has no pipeline"
    assert project.error("no.such.module:flow")["type"] == "ModuleNotFoundError"


def test_a_file_of_a_package_is_named_as_a_module(project) -> None:
    project.write(package____init__="", package__flow="\n    from . import other" + SIMPLE, package__other="")
    assert "name it as a module" in project.error("package/flow.py")["hint"]


def test_a_file_in_another_directory(project) -> None:
    project.write(run=SIMPLE)
    inner = project.directory / "inner"
    inner.mkdir()
    document = project.trace(os.path.join("..", project.directory.name, "run.py"))
    assert document["code"]["root"] == str(project.directory)


def test_a_wrong_call_shows_the_usage(project) -> None:
    done = project.python("-m", "sagewright.trace", "run.py")
    assert done.returncode == 2
    assert "usage:" in done.stderr
