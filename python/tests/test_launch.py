"""`python run.py`: the command is found, given the trace, followed to its end; its end becomes ours."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

COMMAND = """#!/bin/sh
exec {python} {script} "$@"
"""
FAKE = """
import json, os, signal, sys, time
arguments = sys.argv[1:]
log = os.environ["FAKE_LOG"]

def option(name):
    return arguments[arguments.index(name) + 1]

if arguments[0] == "artifact":
    if arguments[2] == "missing":
        print("error: the run has no artifact `missing`\\n  hint: its artifacts: load.output", file=sys.stderr)
        sys.exit(2)
    if arguments[1] == "show":
        print(json.dumps({"step": "load", "name": "output", **json.load(open(os.path.join(log, "record.json")))}))
    else:
        import shutil
        assert not os.listdir(option("--output"))
        shutil.copytree(os.path.join(log, "artifact"), option("--output"), dirs_exist_ok=True)
    sys.exit(0)

document = json.load(open(option("--trace")))
with open(os.path.join(log, "arguments.json"), "w") as stream:
    json.dump({"arguments": arguments, "document": document, "group": os.getpgrp() == os.getpid()}, stream)
mode = os.environ.get("FAKE_MODE", "succeed")
print("talk", file=sys.stderr, flush=True)
if mode == "wait":
    seen = []
    def stop(number, frame):
        seen.append(number)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    print("ready", flush=True)
    while not seen:
        time.sleep(0.01)
    time.sleep(0.3)
    print("seen", *seen, flush=True)
    mode = "stopped"
if mode == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
if mode == "refuse":
    print("error: the pipeline has 1 problem; nothing was submitted", file=sys.stderr)
    sys.exit(2)
status, cause, code = {
    "succeed": ("Succeeded", None, 0), "fail": ("Failed", "ValueError: no luck", 1), "stopped": ("Stopped", None, 1)
}[mode]
with open(option("--result-file"), "w") as stream:
    result = {"run_id": "abc123", "execution_arn": "arn:x", "status": status, "pipeline": "flow", "cause": cause}
    json.dump(result, stream)
sys.exit(code)
"""
SCRIPT = """
    from sagewright import RunFailed, pipeline, step

    class Own:
        pass

    @step
    def load() -> int:
        raise RuntimeError("not here")

    @pipeline
    def flow(depth: int = 3, rate: float = 0.5, name: str = "a b", flag: bool = True):
        load()

    if __name__ == "__main__":
        {body}
"""


@pytest.fixture
def command(tmp_path: Path):
    """A stand-in for the `sagewright` command that notes how it is called."""
    script = tmp_path / "fake.py"
    script.write_text(FAKE)
    program = tmp_path / "bin" / "sagewright"
    program.parent.mkdir()
    program.write_text(COMMAND.format(python=sys.executable, script=script))
    program.chmod(0o755)
    return {"SAGEWRIGHT_BIN": str(program), "FAKE_LOG": str(tmp_path)}


def run(project, command: dict, body: str, **environment: str) -> subprocess.CompletedProcess:
    project.write(run=SCRIPT.format(body=body))
    return project.python("run.py", environment={**command, **environment})


def test_a_run_that_succeeds(project, command) -> None:
    done = run(project, command, "print(repr(flow(depth=5, rate=1, name='x=y z', flag=False)))")
    assert (done.returncode, done.stdout, done.stderr) == (0, "<run abc123 of flow: Succeeded>\n", "talk\n")
    called = json.loads((Path(command["FAKE_LOG"]) / "arguments.json").read_text())
    arguments = called["arguments"]
    assert (arguments[0], arguments[1], arguments[3]) == ("run", "--trace", "--result-file")
    assert arguments[5:] == [
        "--param",
        "depth=5",
        "--param",
        "rate=1.0",
        "--param",
        "name=x=y z",
        "--param",
        "flag=false",
    ]
    assert called["document"]["pipeline"]["parameters"][0]["default"] == 3
    assert called["document"]["code"]["root"] == str(project.directory)
    assert called["document"]["pipeline"]["steps"][0]["command"][-1] == "run:load"
    assert called["group"]
    assert not Path(arguments[2]).exists()


def test_a_run_that_fails_ends_the_script_with_the_commands_exit_code(project, command) -> None:
    done = run(project, command, "flow(); print('not reached')", FAKE_MODE="fail")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "talk\n")


def test_a_failure_can_be_caught(project, command) -> None:
    body = """
        try:
            flow()
        except RunFailed as error:
            print(error.run_id, error.status, error.cause, error.exit_code, "|", error)
    """
    done = run(project, command, body, FAKE_MODE="fail")
    assert done.returncode == 0
    assert (
        done.stdout
        == "abc123 Failed ValueError: no luck 1 | run abc123 of pipeline `flow` ended as Failed: ValueError: no luck\n"
    )


@pytest.mark.parametrize(("mode", "code"), [("refuse", 2), ("killed", 137)])
def test_other_ends_of_the_command(project, command, mode: str, code: int) -> None:
    done = run(project, command, "flow()", FAKE_MODE=mode)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_reaches_the_command_once_and_its_end_is_awaited(project, command, number: int) -> None:
    project.write(run=SCRIPT.format(body="flow()"))
    process = subprocess.Popen(
        [sys.executable, "run.py"],
        cwd=project.directory,
        env={**os.environ, **command, "FAKE_MODE": "wait"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert out == f"seen {int(number)}\n"
    assert (process.returncode, err) == (1, "talk\n")


def test_a_missing_command_is_a_short_error(project, tmp_path: Path) -> None:
    project.write(run=SCRIPT.format(body="flow()"))
    empty = tmp_path / "empty"
    empty.mkdir()
    python = empty / "python"
    python.symlink_to(Path(sys.executable).resolve())
    source = str(Path(__file__).parents[1])
    for environment, said in (
        (
            {"SAGEWRIGHT_BIN": "/no/such/program"},
            "error: SAGEWRIGHT_BIN is `/no/such/program`, where there is no program",
        ),
        ({"PATH": str(empty)}, f"error: the `sagewright` command is neither in {empty} nor on the PATH"),
    ):
        done = subprocess.run(
            [str(python), "run.py"],
            cwd=project.directory,
            env={"PATH": str(empty), "PYTHONPATH": source, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 3
        assert done.stderr.startswith(said)
        assert "at run.py:16" in done.stderr
        assert "hint: " in done.stderr
        assert "Traceback" not in done.stderr


def test_a_program_that_is_none(project, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("")
    broken.chmod(0o755)
    done = run(project, {"SAGEWRIGHT_BIN": str(broken)}, "flow()")
    assert done.returncode == 3
    assert done.stderr.startswith(f"error: cannot run {broken}: ")


@pytest.mark.parametrize(
    ("source", "said", "line"),
    [
        (
            "def a(): ...\na = step(settings={'docker': 1})(a)",
            "error: `settings` of step `a` has an unknown key `docker`",
            3,
        ),
        (
            "SagemakerOrchestratorSettings(instance='x')",
            "error: SagemakerOrchestratorSettings has no field `instance`",
            2,
        ),
        (
            "@pipeline\ndef flow(x: int):\n    ...\n\nif __name__ == '__main__':\n    flow()",
            "error: pipeline `flow` is called without `x`",
            7,
        ),
        (
            "@step\ndef a(x): ...\n@pipeline\ndef flow():\n    a(open)\n\nflow()",
            "error: argument `x` of step `a` is of type builtin_function_or_method",
            6,
        ),
    ],
)
def test_mistakes_in_a_script_are_short_and_have_a_line(project, command, source: str, said: str, line: int) -> None:
    header = "from sagewright import pipeline, step; from sagewright.aws import SagemakerOrchestratorSettings\n"
    (project.directory / "run.py").write_text(header + source + "\n")
    done = project.python("run.py", environment=command)
    assert done.returncode == 2
    assert done.stderr.startswith(said)
    assert f"\n  at run.py:{line}\n" in done.stderr
    assert "\nhint: " in done.stderr
    assert "Traceback" not in done.stderr


def test_an_exception_in_the_pipeline_function_shows_the_users_frames_only(project, command) -> None:
    (project.directory / "run.py").write_text(
        "from sagewright import pipeline\n\n@pipeline\ndef flow():\n    {}['x']\n\nflow()\n"
    )
    done = project.python("run.py", environment=command)
    assert done.returncode == 1
    assert "KeyError: 'x'" in done.stderr
    assert "line 5, in flow" in done.stderr
    assert str(Path(__file__).parents[1]) not in done.stderr


def test_a_module_of_a_package_can_be_run(project, command) -> None:
    project.write(package____init__="", package__flow=SCRIPT.format(body="print(flow().status)"))
    done = project.python("-m", "package.flow", environment=command)
    assert (done.returncode, done.stdout) == (0, "Succeeded\n"), done.stderr
    document = json.loads((Path(command["FAKE_LOG"]) / "arguments.json").read_text())["document"]
    assert document["code"]["root"] == str(project.directory)
    assert document["pipeline"]["steps"][0]["command"][-1] == "package.flow:load"
    assert document["pipeline"]["steps"][0]["source"]["file"] == "package/flow.py"


def test_a_script_beside_the_package_that_has_the_pipeline(project, command) -> None:
    project.write(
        package____init__="",
        package__flow=SCRIPT.format(body="..."),
        scripts__go="from package.flow import flow\nflow()\n",
    )
    done = project.python("scripts/go.py", environment={**command, "PYTHONPATH": str(project.directory)})
    assert done.returncode == 0, done.stderr
    document = json.loads((Path(command["FAKE_LOG"]) / "arguments.json").read_text())["document"]
    assert document["code"]["root"] == str(project.directory)
    assert document["pipeline"]["steps"][0]["command"][3:] == ["--path", "scripts", "package.flow:load"]


def test_artifacts_come_back_as_python_values(project, command, tmp_path: Path) -> None:
    from sagewright import artifacts

    folder = tmp_path / "artifact"
    folder.mkdir()
    record = artifacts.save({"a": (1, 2)}, str(folder))
    (tmp_path / "record.json").write_text(json.dumps(record))
    done = run(project, command, "run = flow(); print(run.artifact('load'), run.artifact('load', 'output')['a'])")
    assert (done.returncode, done.stdout) == (0, "{'a': (1, 2)} (1, 2)\n"), done.stderr
    done = run(project, command, "flow().artifact('missing')")
    assert done.returncode == 3
    assert "error: the run has no artifact `missing`" in done.stderr
    assert "hint: its artifacts: load.output" in done.stderr


def test_classes_of_the_script_are_the_same_in_its_artifacts(project, command, tmp_path: Path) -> None:
    folder = tmp_path / "artifact"
    folder.mkdir()
    # What a job pickled: the class by the name of the module that the job imported.
    (folder / "data.pkl").write_bytes(b"\x80\x04crun\nOwn\n)\x81.")
    record = {"type": "cloudpickle", "language_type": "run.Own", "metadata": {}, "preview": {}, "note": None}
    (tmp_path / "record.json").write_text(json.dumps(record))
    done = run(project, command, "print(type(flow().artifact('load')) is Own)")
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


def test_a_notebook_shows_the_commands_output_and_a_short_error(project, command) -> None:
    import nbclient
    import nbformat

    artifact = """
        import os
        from pathlib import Path
        log = Path(os.environ["FAKE_LOG"])
        (log / "artifact").mkdir()
        module = next(iter(flow.trace()["code"]["generated"])).removesuffix(".py")
        (log / "artifact/data.json").write_text('{"$dataclass": ["%s:Own", {"size": 3}]}' % module)
        (log / "record.json").write_text('{"type": "json", "metadata": {}}')
        own = run.artifact("load")
        print(type(own) is Own, own.size)
    """
    cells = [
        "from sagewright import pipeline, step\nfrom dataclasses import dataclass",
        "@dataclass\nclass Own:\n    size: int",
        "@step\ndef load() -> Own:\n    return Own(1)\n@pipeline\ndef flow():\n    load()",
        "run = flow()\nrun",
        "import os; os.environ['FAKE_MODE'] = 'fail'; flow()",
        textwrap.dedent(artifact),
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = nbclient.NotebookClient(
        notebook,
        timeout=60,
        allow_errors=True,
        kernel_name="python3",
        resources={"metadata": {"path": str(project.directory)}},
    )
    client.execute(env={**os.environ, **command})
    assert notebook.cells[3].outputs[0]["text"] == "talk\n"
    assert notebook.cells[5].outputs[0]["text"] == "True 3\n"
    assert notebook.cells[3].outputs[1]["data"]["text/plain"] == "<run abc123 of flow: Succeeded>"
    assert notebook.cells[4].outputs[1]["traceback"] == [
        "RunFailed: run abc123 of pipeline `flow` ended as Failed: ValueError: no luck"
    ]
