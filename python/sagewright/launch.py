"""Handing a traced pipeline to the `sagewright` command, and asking it for artifacts."""

from __future__ import annotations

import os
import signal
import sys
import tempfile

from sagewright.document import missing_parameters
from sagewright.errors import InstallationError, PipelineError, RunFailed, SagewrightError
from sagewright.parameters import text
from sagewright.runs import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType
    from typing import Any

    from sagewright.pipelines import Pipeline

_FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def find_command() -> str:
    """Returns the path of the `sagewright` command: `SAGEWRIGHT_BIN`, else beside Python, else on the path.

    Raises:
        InstallationError: It is in none of those places.
    """
    named = os.environ.get("SAGEWRIGHT_BIN")
    if named:
        if os.access(named, os.X_OK) and not os.path.isdir(named):
            return os.path.abspath(named)
        raise InstallationError(
            f"SAGEWRIGHT_BIN is `{named}`, where there is no program", hint="correct it or unset it"
        )
    beside = os.path.dirname(os.path.abspath(sys.executable))
    for directory in (beside, *os.environ.get("PATH", os.defpath).split(os.pathsep)):
        candidate = os.path.join(directory, "sagewright")
        if os.access(candidate, os.X_OK) and not os.path.isdir(candidate):
            return candidate
    raise InstallationError(
        f"the `sagewright` command is neither in {beside} nor on the PATH",
        hint="install it there, or name it in the environment variable SAGEWRIGHT_BIN",
    )


def run(pipeline: Pipeline[..., Any], document: Mapping[str, object], values: Mapping[str, object]) -> Run:
    """Runs a traced pipeline and waits for its end.

    Raises:
        PipelineError: A parameter that needs a value has none.
        RunFailed: The command ended in another way than success.
    """
    import json

    missing = missing_parameters(document, values)
    if missing:
        raise PipelineError(
            f"pipeline `{pipeline.name}` is called without {', '.join(f'`{name}`' for name in missing)}",
            hint=f"give it: {pipeline.__name__}({', '.join(f'{name}=...' for name in missing)})",
        )
    code_document: Any = document["code"]
    generated: dict[str, str] = code_document["generated"]
    command = find_command()
    with tempfile.TemporaryDirectory(prefix="sagewright-") as directory:
        trace = os.path.join(directory, "trace.json")
        result = os.path.join(directory, "result.json")
        with open(trace, "w", encoding="utf-8") as stream:
            json.dump(document, stream)
        arguments = [command, "run", "--trace", trace, "--result-file", result]
        for name, value in values.items():
            arguments += ["--param", f"{name}={text(value)}"]
        code = _execute(arguments)
        try:
            with open(result, encoding="utf-8") as stream:
                outcome: dict[str, Any] = json.load(stream)
        except (OSError, ValueError):
            outcome = {}
    if code == 0 and outcome:
        _alias_main(*(file.removesuffix(".py") for file in generated))
        return Run(outcome["run_id"], pipeline.name, outcome["status"], outcome.get("execution_arn"))
    status = outcome.get("status")
    run_id = outcome.get("run_id")
    cause = outcome.get("cause")
    what = f"run {run_id} of pipeline `{pipeline.name}`" if run_id else f"pipeline `{pipeline.name}`"
    if status is None:
        message = f"{what} was not run: the command ended with exit code {code}"
    else:
        message = f"{what} ended as {status}" + (f": {cause}" if cause else "")
    raise RunFailed(message, exit_code=code or 3, run_id=run_id, status=status, cause=cause)


def fetch_artifact(run_id: str, step: str, output: str | None) -> object:
    """Downloads an artifact through the command and returns its value.

    Raises:
        SagewrightError: The command refused, or the value cannot be loaded.
    """
    import json

    command = find_command()
    name = step if output is None else f"{step}.{output}"
    record = json.loads(_capture([command, "artifact", "show", name, "--run", run_id, "--json"]))
    directory = _kept_directory(run_id, f"{record['step']}.{record['name']}")
    if not os.path.isdir(directory):
        fresh = tempfile.mkdtemp(prefix="fetch-", dir=os.path.dirname(directory))
        _capture([command, "artifact", "get", name, "--run", run_id, "--output", fresh])
        os.replace(fresh, directory)
    from sagewright import artifacts

    _alias_main()
    try:
        return artifacts.load(directory, record["type"], record.get("metadata") or {})
    except Exception as error:
        raise SagewrightError(
            f"artifact `{name}`, stored as {record['type']}, cannot be loaded here: {type(error).__name__}: {error}",
            hint=f"its files: sagewright artifact get {name} --run {run_id}",
        ) from error


_downloads: list[tempfile.TemporaryDirectory[str]] = []


def _kept_directory(run_id: str, name: str) -> str:
    """Returns where an artifact is kept until this process ends: values may refer to their files."""
    if not _downloads:
        _downloads.append(tempfile.TemporaryDirectory(prefix="sagewright-artifacts-"))
    directory = os.path.join(_downloads[0].name, run_id, name)
    os.makedirs(os.path.dirname(directory), exist_ok=True)
    return directory


def _alias_main(*names: str) -> None:
    """Makes the script or notebook importable under the names jobs know it by, so that its classes are the same."""
    main = sys.modules["__main__"]
    file = getattr(main, "__file__", None)
    if file is not None and getattr(main, "__spec__", None) is None:
        names = (*names, os.path.splitext(os.path.basename(file))[0])
    for name in names:
        sys.modules.setdefault(name, main)


def _capture(arguments: list[str]) -> str:
    import subprocess

    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = [line for line in done.stderr.strip().splitlines() if line.strip()]
        message = lines[0].removeprefix("error: ") if lines else f"exit code {done.returncode}"
        hints = [line.strip().removeprefix("hint: ") for line in lines[1:]]
        raise SagewrightError(message, hint="; ".join(hints) or None)
    return done.stdout


def _execute(arguments: list[str]) -> int:
    """Runs the command to its end; signals that reach this process are handed on, each exactly once.

    The child has a process group of its own, so that a terminal's Ctrl-C does not reach it a second time.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    relay = _needs_relay()
    reading, writing = os.pipe() if relay else (-1, -1)
    actions = [(os.POSIX_SPAWN_DUP2, writing, 1), (os.POSIX_SPAWN_DUP2, writing, 2)] if relay else []
    child = 0
    early: list[int] = []

    def forward(number: int, _frame: FrameType | None) -> None:
        if child:
            _kill(child, number)
        else:
            early.append(number)

    previous = _handle_signals(forward)
    try:
        child = os.posix_spawn(arguments[0], arguments, os.environ, file_actions=actions, setpgroup=0)
        for number in early:
            _kill(child, number)
        if relay:
            os.close(writing)
            _relay(reading)
        _, status = os.waitpid(child, 0)
    except OSError as error:
        raise InstallationError(f"cannot run {arguments[0]}: {error.strerror}") from error
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return _exit_code(status)


def _handle_signals(handler: Any) -> dict[int, Any]:
    previous: dict[int, Any] = {}
    for number in _FORWARDED:
        if signal.getsignal(number) is signal.SIG_IGN:
            continue
        try:
            previous[number] = signal.signal(number, handler)
        except ValueError:
            # Only the main thread may; another thread's run is stopped with `sagewright runs stop`.
            break
    return previous


def _kill(process: int, number: int) -> None:
    try:
        os.kill(process, number)
    except ProcessLookupError:
        pass


def _exit_code(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _needs_relay() -> bool:
    """Says whether what is printed here goes elsewhere than file descriptor 1, as in a notebook."""
    try:
        return sys.stdout.fileno() != 1
    except (OSError, ValueError, AttributeError):
        return True


def _relay(reading: int) -> None:
    with os.fdopen(reading, encoding="utf-8", errors="replace") as stream:
        for line in stream:
            print(line, end="", flush=True)
