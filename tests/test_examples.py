"""The examples run as their README says."""

import shutil
from pathlib import Path

import pytest

from kit.command import Command
from kit.places import PYTHON, ROOT


@pytest.fixture
def example(command: Command, request: pytest.FixtureRequest) -> Path:
    """A copy of an example, so that it can leave nothing in the repository."""
    folder: Path = command.folder / request.param
    shutil.copytree(ROOT / "examples" / request.param, folder)
    return folder


@pytest.mark.parametrize("example", ["quickstart"], indirect=True)
def test_the_quickstart_trains_and_picks_a_model(command: Command, example: Path) -> None:
    done = command.execute(PYTHON, example / "run.py").expect(0)
    assert "Succeeded" in done.stderr
    data = command("runs", "show", "--json").expect(0).json
    assert data["state"] == "Succeeded"
    assert len(data["steps"]) >= 5
    assert {step["state"] for step in data["steps"]} == {"Succeeded"}
    logs = command("runs", "logs").expect(0).stdout
    assert "accuracy" in logs.lower()
    listed = {f"{entry['step']}.{entry['name']}": entry for entry in command("artifact", "list", "--json").json}
    (picture,) = [name for name, entry in listed.items() if entry["type"] == "png"]
    command("artifact", "get", picture, "--output", "picture").expect(0)
    assert (command.folder / "picture/data.png").read_bytes().startswith(b"\x89PNG\r\n")
    # The two models are trained side by side: neither waits for the other.
    definition = command("plan", example / "run.py", "--definition").expect(0).json
    depends = {step["Name"]: set(step.get("DependsOn", [])) for step in definition["Steps"]}
    trained = [name for name in depends if name.startswith("train")]
    assert len(trained) == 2
    assert not any(depends[name] & set(trained) for name in trained)


@pytest.mark.parametrize("example", ["s3_batch"], indirect=True)
def test_the_batch_reads_from_s3_and_writes_to_it(command: Command, example: Path) -> None:
    done = command.execute(PYTHON, example / "run.py").expect(0)
    data = command("runs", "show", "--json").expect(0).json
    assert data["state"] == "Succeeded", done.stderr
    results = [
        path
        for path in (command.state_dir / "s3").rglob("*")
        if path.is_file() and "sagewright/runs" not in str(path) and path.stat().st_mtime >= example.stat().st_mtime
    ]
    assert results


@pytest.mark.parametrize("example", ["quickstart", "s3_batch"], indirect=True)
def test_the_examples_say_how_they_are_run(command: Command, example: Path) -> None:
    readme = (example / "README.md").read_text()
    assert "python" in readme
    assert "run.py" in readme
    command("plan", example / "run.py").expect(0)
