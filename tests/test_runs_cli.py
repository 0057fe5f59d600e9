"""Stopping, retrying, listing, and what runs leave: the commands that come after `run`."""

import json
import signal
import tarfile

import pytest

from kit.command import Command, finish
from kit.places import PYTHON, SAGEWRIGHT
from kit.waiting import until

WAITING = """
    import pathlib
    import time
    from sagewright import pipeline, step

    FOLDER = {folder!r}

    @step
    def first() -> int:
        return 1

    @step
    def wait(value: int) -> int:
        folder = pathlib.Path(FOLDER)
        (folder / "here").touch()
        while not (folder / "go").exists():
            time.sleep(0.02)
        return value

    @step
    def last(value: int) -> None:
        print("last")

    @pipeline
    def waiting():
        last(wait(first()))

    if __name__ == "__main__":
        waiting()
    """


@pytest.fixture
def waiting(command: Command) -> Command:
    """A project whose pipeline waits for a file."""
    command.write("run.py", WAITING.format(folder=str(command.home.parent)))
    return command


def arrived(command: Command) -> None:
    """Waits until the step has come to its file."""
    until((command.home.parent / "here").exists, "the step waits")


@pytest.mark.parametrize("how", [[PYTHON, "run.py"], [SAGEWRIGHT, "run", "run.py"]], ids=["python", "command"])
def test_an_interrupt_stops_a_run_of_this_machine(waiting: Command, how: list[str]) -> None:
    process = waiting.start(*how)
    arrived(waiting)
    process.send_signal(signal.SIGINT)
    done = finish(process)
    assert done.code in {1, 130}, done.stderr
    assert "Traceback" not in done.stderr
    assert "Stopped" in done.stderr
    data = waiting("runs", "show", "--json").expect(0).json
    assert data["state"] == "Stopped"
    assert {step["name"]: step["state"] for step in data["steps"]} == {"first": "Succeeded", "wait": "Stopped"}


def test_a_run_can_be_stopped_and_retried_from_another_shell(waiting: Command) -> None:
    run = waiting("run", "run.py", "--detach").expect(0).stdout.strip()
    arrived(waiting)
    waiting("runs", "stop", run).expect(0)
    assert waiting("runs", "show", run, "--json").expect(0).json["state"] == "Stopped"
    (waiting.home.parent / "go").touch()
    waiting("runs", "retry", run).expect(0)
    data = waiting("runs", "show", run, "--json").expect(0).json
    assert data["state"] == "Succeeded"
    attempts = {step["name"]: step["attempts"] for step in data["steps"]}
    assert attempts == {"first": 1, "wait": 2, "last": 1}
    records = {record["step"]: (record["attempt"], record["state"]) for record in data["step_records"]}
    assert records == {"first": (1, "Succeeded"), "wait": (2, "Succeeded"), "last": (1, "Succeeded")}


def test_a_failed_run_goes_on_once_its_reason_is_gone(command: Command) -> None:
    command.write(
        "run.py",
        f"""
        import pathlib
        from sagewright import pipeline, step

        @step
        def load() -> int:
            return 20

        @step
        def read(value: int) -> int:
            return value + int(pathlib.Path({str(command.home.parent)!r}, "table.txt").read_text())

        @step
        def double(value: int) -> int:
            return 2 * value

        @pipeline
        def reading():
            double(read(load()))
        """,
    )
    failed = command("run", "run.py", "--json").expect(1).json
    assert "table.txt" in failed["cause"]
    (command.home.parent / "table.txt").write_text("1")
    command("runs", "retry").expect(0)
    assert command("artifact", "get", "double", "--output", "-").expect(0).stdout.strip() == "42"
    command("runs", "retry").refuse(failed["run_id"])


def test_nothing_has_run_yet(command: Command) -> None:
    assert command("runs", "list", "--json").expect(0).json == []
    assert "no runs" in command("runs", "list").expect(0).stderr
    for words in (("show",), ("logs",), ("retry",), ("stop",), ("watch",), ("show", "nobody123456")):
        command("runs", *words).refuse()


def test_artifacts_are_listed_shown_and_fetched(command: Command) -> None:
    command.write(
        "run.py",
        """
        import dataclasses
        import pathlib
        from typing import Annotated
        from sagewright import pipeline, step

        @dataclasses.dataclass
        class Score:
            name: str
            value: float

        @step
        def make() -> tuple[
            Annotated[Score, "score"], Annotated[str, "words"], Annotated[bytes, "raw"], Annotated[pathlib.Path, "tree"]
        ]:
            folder = pathlib.Path("made")
            (folder / "deep").mkdir(parents=True)
            (folder / "a.txt").write_text("a")
            (folder / "deep/b.txt").write_text("b")
            return Score("best", 0.5), "two words", b"\\x00\\x01", folder

        @step
        def check(score: Score, words: str, raw: bytes, tree: pathlib.Path) -> str:
            assert score == Score("best", 0.5), score
            assert raw == b"\\x00\\x01"
            return words + (tree / "deep/b.txt").read_text()

        @pipeline
        def making():
            check(*make())
        """,
    )
    command("run", "run.py").expect(0)
    listed = command("artifact", "list", "--json").expect(0).json
    found = {f"{entry['step']}.{entry['name']}": entry for entry in listed}
    types = {name: entry["type"] for name, entry in found.items()}
    assert types == {
        "make.score": "json",
        "make.words": "text",
        "make.raw": "bytes",
        "make.tree": "folder",
        "check.output": "text",
    }
    assert found["make.tree"]["size"] == 2
    assert sorted(file["path"] for file in found["make.tree"]["files"]) == ["a.txt", "deep/b.txt"]
    assert all(len(entry["hash"]) == 64 for entry in listed)
    assert "make.words" in command("artifact", "list").expect(0).stdout

    shown = command("artifact", "show", "make.score").expect(0).stdout
    for mention in ("json", "best", "0.5", found["make.score"]["hash"]):
        assert mention in shown
    command("artifact", "get", "make.tree").expect(0)
    assert (command.folder / "make.tree/deep/b.txt").read_text() == "b"
    assert command("artifact", "get", "check", "--output", "-").expect(0).stdout == "two wordsb"

    command("artifact", "get", "make.tree").refuse("make.tree")
    command("artifact", "show", "make").refuse("make.score")
    command("artifact", "show", "nothing").refuse("nothing", "make.words")


def test_status_tells_what_runs(waiting: Command) -> None:
    before = waiting("status").expect(0).stdout
    assert str(waiting.home) in before
    assert "not running" in before
    waiting("run", "run.py", "--detach").expect(0)
    arrived(waiting)
    status = waiting("status", "--json").expect(0).json
    assert status["executing"] == 1
    assert status["endpoint"]["pid"]
    (waiting.home.parent / "go").touch()
    waiting("runs", "watch").expect(0)


def test_logs_can_be_followed(waiting: Command) -> None:
    waiting("run", "run.py", "--detach").expect(0)
    arrived(waiting)
    following = waiting.start(SAGEWRIGHT, "runs", "logs", "--follow")
    (waiting.home.parent / "go").touch()
    assert "last" in finish(following).expect(0).stdout
    stamped = waiting("runs", "logs", "--timestamps", "--step", "last").expect(0).stdout
    assert stamped[:2] == "20"


def test_the_store_holds_the_truth_of_a_run(waiting: Command) -> None:
    (waiting.home.parent / "go").touch()
    done = waiting("run", "run.py", "--json").expect(0).json
    store = waiting.state_dir / "s3/sagewright"
    run = json.loads((store / "runs" / done["run_id"] / "run.json").read_text())
    assert run["execution_arn"] == done["execution_arn"]
    assert (store / f"pipelines/waiting/{run['spec']}.json").exists()
    with tarfile.open(store / f"code/{run['code']}.tar.gz") as archive:
        assert archive.getnames() == ["run.py"]
    for step in ("first", "wait", "last"):
        record = json.loads((store / f"runs/{done['run_id']}/steps/{step}/1/step.json").read_text())
        assert record["state"] == "Succeeded"
        assert [phase["name"] for phase in record["phases"]] == ["fetch", "inputs", "run", "outputs"]
