"""Fixtures of the end-to-end tests: every test drives real processes, through the command line or through boto3."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kit.command import Command
from kit.endpoint import Endpoint
from kit.gate import Gate
from kit.places import SAGEWRIGHT
from kit.service import Service


def pytest_sessionstart() -> None:
    """Says at once what is missing, and keeps botocore away from the credentials of whoever runs the tests."""
    if not SAGEWRIGHT.exists():
        pytest.exit(f"{SAGEWRIGHT} does not exist: `make build` makes it", returncode=2)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    os.environ |= {"AWS_EC2_METADATA_DISABLED": "true"}


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """One endpoint for all tests that need no state of their own."""
    with Endpoint(tmp_path_factory.mktemp("endpoint") / "state") as running:
        yield running


@pytest.fixture(scope="session")
def aws(endpoint: Endpoint) -> Service:
    """The shared endpoint's services."""
    return Service(endpoint)


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Ends the endpoints that a failed test did not come to end."""
    before = list(Endpoint.running)
    yield
    for running in [endpoint for endpoint in Endpoint.running if endpoint not in before]:
        running.kill()


@pytest.fixture
def start_endpoint(tmp_path: Path) -> Iterator[Callable[..., Endpoint]]:
    """Starts endpoints of the test's own, by default on one state directory, and ends them with the test."""
    started: list[Endpoint] = []

    def start(*flags: str, state_dir: Path | None = None, **options: Any) -> Endpoint:
        started.append(Endpoint(state_dir or tmp_path / "state", *flags, **options))
        return started[-1]

    yield start
    for running in started:
        running.stop()
        assert "panicked" not in running.log(), running.log()


@pytest.fixture
def gate() -> Iterator[Gate]:
    """A gate for the jobs of one test."""
    gate = Gate()
    yield gate
    shutil.rmtree(gate.folder)


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    """The command line in a folder and with a Sagewright home of the test's own."""
    command = Command(tmp_path)
    yield command
    command.end()
