"""Runs of the `sagewright` command and of pipeline files, in a folder and with a home of their own."""

import json
import os
import signal
import subprocess
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.places import PYTHON, SAGEWRIGHT, environment
from kit.waiting import until

#: Seconds any single command may take, on a busy machine.
COMMAND_DEADLINE = 120.0


@dataclass(frozen=True)
class Result:
    """How a command ended and what it said."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.stdout)

    def expect(self, code: int) -> "Result":
        """Fails with everything that was said when the exit code is another one, or when we crashed."""
        said = f"exit code {self.code}\n--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"
        assert self.code == code, said
        assert "panicked" not in self.stderr, said
        return self

    def refuse(self, *mentions: str, code: int = 2) -> "Result":
        """Fails unless the command said no: clearly, naming the thing, without a traceback."""
        self.expect(code)
        assert "Traceback" not in self.stderr + self.stdout, self.stderr
        for mention in mentions:
            assert mention in self.stderr, f"no word of {mention!r} in:\n{self.stderr}"
        return self


class Command:
    """A person at a shell, in an own folder."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder to work in."""
        self.home = folder / "home"
        self.folder = folder / "work"
        self.folder.mkdir()
        self.environment = environment(self.home)
        self.started: list[subprocess.Popen[str]] = []

    def write(self, name: str, text: str) -> Path:
        """Writes a file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"))
        return path

    def __call__(self, *arguments: str | Path, **extra: str) -> Result:
        """Runs `sagewright` to its end."""
        return self.execute(SAGEWRIGHT, *arguments, **extra)

    def typing(self, answers: str, *arguments: str | Path, **extra: str) -> Result:
        """Runs `sagewright` to its end for somebody who types answers to its questions."""
        return self.execute(SAGEWRIGHT, *arguments, answers=answers, **extra)

    def shell(self, script: str, **extra: str) -> Result:
        """Runs a script as it stands in a document; the first command that fails ends it."""
        return self.execute("bash", "-euc", textwrap.dedent(script), **extra)

    def python(self, *arguments: str | Path, **extra: str) -> Result:
        """Runs `python3` to its end."""
        return self.execute(PYTHON, *arguments, **extra)

    def execute(self, *arguments: str | Path, answers: str | None = None, **extra: str) -> Result:
        """Runs a program to its end; without answers its standard input is empty."""
        done = subprocess.run(
            arguments,
            cwd=self.folder,
            env=self.environment | extra,
            input=answers or "",
            capture_output=True,
            text=True,
            timeout=COMMAND_DEADLINE,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str | Path, **extra: str) -> subprocess.Popen[str]:
        """Starts a program and leaves it running; `finish` gives its result."""
        process = subprocess.Popen(
            arguments,
            cwd=self.folder,
            env=self.environment | extra,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    @property
    def state_dir(self) -> Path:
        """Where the endpoint of this home keeps its state."""
        return self.home / "endpoint"

    def end(self) -> None:
        """Ends what a failed test left running, and the endpoint that a detached run may have left behind."""
        for process in self.started:
            if process.poll() is None:
                process.terminate()
            process.communicate(timeout=COMMAND_DEADLINE)
        self.end_background()

    def end_background(self) -> None:
        """Ends the endpoint in the background."""
        connection = self.state_dir / "endpoint.json"
        if not connection.exists():
            return
        pid = json.loads(connection.read_text())["pid"]
        command_line = Path(f"/proc/{pid}/cmdline")

        def serves_this_home() -> bool:
            try:
                return str(self.state_dir).encode() in command_line.read_bytes()
            except FileNotFoundError:
                return False

        if serves_this_home():
            os.kill(pid, signal.SIGTERM)
            until(lambda: not serves_this_home(), f"the background endpoint {pid} ends")


def finish(process: subprocess.Popen[str]) -> Result:
    """Waits for a program that was started."""
    stdout, stderr = process.communicate(timeout=COMMAND_DEADLINE)
    return Result(process.returncode, stdout, stderr)
