"""`python run.py` and `sagewright run`: a pipeline of plain functions, run to its end."""

import json
import re

import pytest

from kit.command import Command, finish
from kit.places import PYTHON, SAGEWRIGHT

GOOD = """
    from typing import Annotated
    from sagewright import pipeline, step

    @step
    def load(rows: int) -> Annotated[list[int], "numbers"]:
        print(f"loading {rows} rows")
        return list(range(rows))

    @step
    def total(numbers: list[int], factor: float) -> float:
        print("adding up")
        return factor * sum(numbers)

    @pipeline
    def adding(rows: int = 4, factor: float = 1.5):
        total(load(rows), factor)

    if __name__ == "__main__":
        run = adding()
        print("the total is", run.artifact("total"))
    """

FAILING = """
    from sagewright import pipeline, step

    @step
    def load() -> int:
        return 1

    @step
    def train(data: int) -> int:
        print("about to divide")
        wanted = data - 1
        return data // wanted

    @step
    def report(model: int) -> None:
        print("never")

    @pipeline
    def dividing():
        report(train(load()))

    if __name__ == "__main__":
        dividing()
        print("not reached")
    """


def test_a_file_runs_its_pipeline(command: Command) -> None:
    command.write("run.py", GOOD)
    done = command.python("run.py").expect(0)
    assert done.stdout.strip() == "the total is 9.0"
    assert "load" in done.stderr
    assert "total" in done.stderr
    assert re.search(r"run [a-z0-9]{12} Succeeded", done.stderr)
    assert "\x1b[" not in done.stderr, "colours belong on terminals"


def test_the_command_runs_a_file_with_parameters(command: Command) -> None:
    command.write("run.py", GOOD)
    done = command("run", "run.py", "--param", "rows=11", "--param", "factor=1", "--json").expect(0)
    assert done.json["status"] == "Succeeded"
    assert done.json["pipeline"] == "adding"
    assert done.json["failed_steps"] == []
    run = done.json["run_id"]
    assert command("artifact", "get", "total", "--run", run, "--output", "-").expect(0).stdout.strip() == "55.0"
    shown = command("runs", "show", run, "--json").expect(0).json
    assert shown["record"]["parameters"] == {"rows": 11, "factor": 1.0}


def test_the_command_runs_a_pipeline_of_a_module(command: Command) -> None:
    command.write("project/__init__.py", "")
    command.write("project/base.py", "BASE = 40\n")
    command.write(
        "project/flows.py",
        """
        from project.base import BASE
        from sagewright import pipeline, step

        @step
        def answer(extra: int) -> int:
            return BASE + extra

        @pipeline
        def first(extra: int = 2):
            answer(extra)

        @pipeline
        def second():
            answer(answer(1))
        """,
    )
    done = command("run", "project.flows:first", "--json").expect(0)
    assert command("artifact", "get", "answer", "--output", "-").expect(0).stdout.strip() == "42"
    assert done.json["pipeline"] == "first"
    command("run", "project.flows:second").expect(0)
    refused = command("run", "project.flows")
    refused.refuse("first", "second")


def test_a_failing_step_is_told_with_its_file_and_line(command: Command) -> None:
    path = command.write("run.py", FAILING)
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "data // wanted" in text)
    for done in (command.python("run.py"), command("run", "run.py")):
        done.expect(1)
        assert "not reached" not in done.stdout
        assert "step `train` failed" in done.stderr
        assert "ZeroDivisionError" in done.stderr
        assert f"run.py:{line} in train" in done.stderr
        assert "about to divide" in done.stderr, "the last lines of its output"
        assert re.search(r"run [a-z0-9]{12} Failed", done.stderr)
        assert not re.search(r"report +(Starting|Executing|Succeeded|Failed)", done.stderr)


def test_a_new_shell_tells_the_same_of_a_failure(command: Command) -> None:
    path = command.write("run.py", FAILING)
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "data // wanted" in text)
    run = command("run", "run.py", "--json").expect(1).json["run_id"]

    shown = command("runs", "show", run).expect(0)
    for mention in ("dividing", "Failed", "Succeeded", "NotStarted"):
        assert mention in shown.stdout
    assert f"run.py:{line} in train" in shown.stderr
    assert "ZeroDivisionError" in shown.stderr

    data = command("runs", "show", "latest", "--json").expect(0).json
    assert data["run_id"] == run
    (failed,) = data["failed_steps"]
    assert failed["step"] == "train"
    cause = failed["cause"]
    assert cause["kind"] == "UserException"
    assert cause["exception_type"] == "ZeroDivisionError"
    assert (cause["file"], cause["line"], cause["function"]) == ("run.py", line, "train")
    assert "data // wanted" in cause["traceback"]
    states = {step["name"]: step["state"] for step in data["steps"]}
    assert states == {"load": "Succeeded", "train": "Failed"}
    records = {record["step"]: record["state"] for record in data["step_records"]}
    assert records == states

    logs = command("runs", "logs", run[:6]).expect(0)
    assert "about to divide" in logs.stdout
    assert "never" not in logs.stdout
    only = command("runs", "logs", run, "--step", "train").expect(0)
    assert only.stdout.startswith("about to divide")
    command("runs", "logs", run, "--step", "report").refuse("report")


@pytest.mark.parametrize(
    ("body", "kind", "mentions"),
    [
        ("import os; os._exit(7)", "Exit", ["7"]),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "Signal", ["SIGSEGV"]),
        ("raise SystemExit(3)", None, ["3"]),
        ("raise KeyError('no-such-column')", "UserException", ["KeyError", "no-such-column", "run.py:"]),
    ],
    ids=["exit", "signal", "system-exit", "exception"],
)
def test_the_ways_of_dying_have_names(command: Command, body: str, kind: str | None, mentions: list[str]) -> None:
    command.write(
        "run.py",
        f"""
        from sagewright import pipeline, step

        @step
        def die() -> int:
            print("last words", flush=True)
            {body}

        @pipeline
        def dying():
            die()

        if __name__ == "__main__":
            dying()
        """,
    )
    done = command.python("run.py").expect(1)
    for mention in [*mentions, "last words"]:
        assert mention in done.stderr
    data = command("runs", "show", "--json").expect(0).json
    if kind is not None:
        assert data["failed_steps"][0]["cause"]["kind"] == kind


def test_a_step_ends_at_its_time_limit(command: Command) -> None:
    command.write(
        "run.py",
        """
        import time
        from sagewright import pipeline, step
        from sagewright.aws import SagemakerOrchestratorSettings

        @step(settings={"orchestrator": SagemakerOrchestratorSettings(max_runtime_in_seconds=1)})
        def sleep() -> None:
            time.sleep(600)

        @pipeline
        def sleeping():
            sleep()

        if __name__ == "__main__":
            sleeping()
        """,
    )
    command.python("run.py").expect(1)
    data = command("runs", "show", "--json").expect(0).json
    assert data["state"] == "Failed"
    assert "sleep" in {step["step"] for step in data["failed_steps"]} | {s["name"] for s in data["steps"]}


def test_a_detached_run_goes_on_by_itself(command: Command) -> None:
    command.write(
        "run.py",
        """
        import pathlib
        import time
        from sagewright import pipeline, step

        @step
        def wait(folder: str) -> str:
            while not (pathlib.Path(folder) / "go").exists():
                time.sleep(0.02)
            return "went"

        @pipeline
        def waiting(folder: str = ""):
            wait(folder)
        """,
    )
    started = command("run", "run.py", "--detach", "--param", f"folder={command.folder}").expect(0)
    run = started.stdout.strip()
    assert re.fullmatch(r"[a-z0-9]{12}", run)
    listed = command("runs", "list", "--json").expect(0).json
    assert [(entry["run_id"], entry["state"]) for entry in listed] == [(run, "Executing")]
    watching = command.start(SAGEWRIGHT, "runs", "watch", run)
    command.write("go", "")
    finish(watching).expect(0)
    assert command("artifact", "get", "wait", "--output", "-").expect(0).stdout.strip() == "went"


def test_a_file_that_runs_a_pipeline_at_import_is_no_loop(command: Command) -> None:
    command.write("run.py", GOOD.replace('if __name__ == "__main__":', "if True:").replace(
        'print("the total is", run.artifact("total"))', "pass"
    ))  # fmt: skip
    command.python("run.py").expect(0)
    command("run", "run.py").expect(0)


def test_two_runs_at_once_share_one_endpoint(command: Command) -> None:
    command.write("run.py", GOOD)
    processes = [command.start(PYTHON, "run.py") for _ in range(2)]
    processes.append(command.start(SAGEWRIGHT, "run", "run.py", "--param", "rows=3"))
    for process in processes:
        finish(process).expect(0)
    listed = command("runs", "list", "--json").expect(0).json
    assert [entry["state"] for entry in listed] == ["Succeeded"] * 3
    assert len({entry["run_id"] for entry in listed}) == 3


def test_runs_at_once_run_their_own_code(command: Command) -> None:
    """One SageMaker pipeline is updated in place by all of them; none may start what another one wrote."""
    command.write("first/run.py", GOOD)
    command.python("first/run.py").expect(0)
    processes = {}
    for factor in range(1, 6):
        path = command.write(f"at-once-{factor}/run.py", GOOD.replace("factor * sum", f"{factor} * factor * sum"))
        processes[factor] = command.start(PYTHON, path)
    for factor, process in processes.items():
        assert finish(process).expect(0).stdout.strip() == f"the total is {factor * 9.0}"


def test_a_pipeline_is_updated_in_place(command: Command) -> None:
    command.write("run.py", GOOD)
    command.python("run.py").expect(0)
    command.write("run.py", GOOD.replace("factor * sum", "10 * factor * sum"))
    assert command.python("run.py").expect(0).stdout.strip() == "the total is 90.0"
    listed = command("runs", "list", "--json").expect(0).json
    assert len(listed) == 2
    assert len({entry["pipeline_name"] for entry in listed}) == 1
    status = command("status", "--json").expect(0).json
    assert status["runs"] == 2
    assert status["executing"] == 0


#: A worker in shell: reads the step file, writes the output's file and the result.
WORKER = r"""
field() { sed -n 's/.*"'$1'": *"\([^"]*\)".*/\1/p' "$SAGEWRIGHT_STEP"; }
printf 'made by sh' >"$(field path)/data.txt"
echo "step $(field step) is done"
printf '{"version": 1, "outputs": {"greeting": {"type": "text"}}}' >"$(field result)"
"""


def test_a_step_needs_no_python(command: Command) -> None:
    step = {"name": "hello", "command": ["sh", "-c", WORKER], "outputs": [{"name": "greeting"}]}
    command.write("spec.json", json.dumps({"version": 1, "name": "bare", "steps": [step]}))
    command("run", "spec.json").expect(0)
    assert command("artifact", "get", "hello", "--output", "-").expect(0).stdout == "made by sh"
    assert command("runs", "logs").expect(0).stdout == "step hello is done\n"


def test_a_step_that_leaves_no_result_has_failed(command: Command) -> None:
    step = {"name": "hello", "command": ["true"]}
    command.write("spec.json", json.dumps({"version": 1, "name": "bare", "steps": [step]}))
    done = command("run", "spec.json").expect(1)
    assert "no result" in done.stderr
