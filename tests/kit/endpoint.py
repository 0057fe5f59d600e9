"""`sagewright endpoint` as a process, and clients for it that check every answer."""

import functools
import json
import select
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, ClassVar

import boto3
from botocore.config import Config
from typing_extensions import Self

from kit import conformance
from kit.places import SAGEWRIGHT, environment

#: Seconds an endpoint may take to say that it is ready, on a busy machine.
START_DEADLINE = 30.0


@functools.cache
def session() -> boto3.session.Session:
    """One session for all clients: it reads the large API models once."""
    return boto3.session.Session()


class StartError(AssertionError):
    """The endpoint ended, or said nothing, instead of becoming ready."""

    def __init__(self, code: int | None, stdout: str, stderr: str) -> None:
        """Keeps what the process said."""
        super().__init__(f"the endpoint did not start (exit code {code}): {stdout} {stderr}")
        self.code, self.stdout, self.stderr = code, stdout, stderr


class Endpoint:
    """A running endpoint on a state directory of its own."""

    #: All that were started and not ended yet; what a failed test leaves behind is ended by a fixture.
    running: ClassVar[list["Endpoint"]] = []

    def __init__(
        self, state_dir: Path, *flags: str, program: Path = SAGEWRIGHT, log: Path | None = None, **extra: str
    ) -> None:
        """Starts the process and waits for its line of JSON."""
        self.state_dir = state_dir
        self.log_path = log or state_dir.parent / f"{state_dir.name}.stderr"
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        self.operations_seen: set[str] = set()
        with self.log_path.open("ab") as stderr:
            self.process = subprocess.Popen(
                [program, "endpoint", "--port", "0", "--state-dir", state_dir, *flags],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=environment(state_dir.parent / "home", **extra),
                text=True,
            )
        self.running.append(self)
        self.connection: dict[str, Any] = json.loads(self._first_line())

    def _first_line(self) -> str:
        stdout = self.process.stdout
        assert stdout is not None
        ready, _, _ = select.select([stdout], [], [], START_DEADLINE)
        line: str = stdout.readline() if ready else ""
        if not line:
            code = self.process.poll() if not ready else self.process.wait(START_DEADLINE)
            self.kill()
            raise StartError(code, line, self.log())
        return line

    def log(self) -> str:
        """What the process wrote to stderr so far."""
        return self.log_path.read_text(errors="replace")

    def client(self, service: str, *, checked: bool = True, **overrides: Any) -> Any:
        """A boto3 client. Its answers are held against the API model unless `checked` is false."""
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=60, max_pool_connections=32)
        client = session().client(
            service,
            endpoint_url=self.connection["endpoint_url"],
            region_name=self.connection["region"],
            aws_access_key_id=overrides.pop("access_key_id", self.connection["access_key_id"]),
            aws_secret_access_key=overrides.pop("secret_access_key", self.connection["secret_access_key"]),
            config=config,
            **overrides,
        )
        return conformance.attach(client, self.operations_seen) if checked else client

    def kill(self) -> None:
        """Ends the process as a crash does."""
        self.process.kill()
        self._reap()

    def stop(self) -> int:
        """Asks the process to end, and gives its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self._reap()

    def wait(self, deadline: float = 60.0) -> int:
        """Waits for the process to end by itself, and gives its exit code."""
        return self.process.wait(deadline)

    def _reap(self) -> int:
        try:
            code = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the endpoint did not end within 30 s:\n{self.log()}") from None
        if self.process.stdout is not None:
            self.process.stdout.close()
        if self in self.running:
            self.running.remove(self)
        return code

    def __enter__(self) -> Self:
        """Gives itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Ends the process and, where the test itself went well, looks that it never panicked."""
        self.stop()
        if kind is None:
            assert "panicked" not in self.log(), self.log()


def terminal(status: str) -> bool:
    """Whether an execution with this status has ended."""
    return status in {"Succeeded", "Failed", "Stopped", "CompletedWithFailures"}


def now() -> float:
    """Seconds since the epoch, to compare with the times that the endpoint tells."""
    return time.time()
