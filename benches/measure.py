"""Timing of processes, memory of processes, and the table that shows what came out."""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    what: str
    measured: str
    budget: str
    verdict: str


def judged(what: str, value: float, limit: float, unit: str, note: str = "") -> Line:
    """A measurement that has a budget."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    measured = f"{value:.{digits}f} {unit}" + (f" ({note})" if note else "")
    return Line(what, measured, f"≤ {limit:g} {unit}", "ok" if value <= limit else "OVER")


def shown(what: str, measured: str) -> Line:
    """A measurement that has none, to read the others by."""
    return Line(what, measured, "", "")


def print_table(lines: Sequence[Line]) -> None:
    """Prints all lines, aligned."""
    rows = [("what", "measured", "budget", "verdict")]
    rows += [(line.what, line.measured, line.budget, line.verdict) for line in lines]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    rows.insert(1, ("-" * widths[0], "-" * widths[1], "-" * widths[2], "-" * widths[3]))
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def median_ms(run: Callable[[], object], times: int) -> float:
    """The median of how long something takes, in milliseconds; one run before does not count."""
    run()
    return statistics.median(once_ms(run) for _ in range(times))


def once_ms(run: Callable[[], object]) -> float:
    """How long something takes, in milliseconds."""
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


def spawn(arguments: Sequence[str | Path], environment: dict[str, str], cwd: Path | None = None) -> None:
    """Runs a program to its end, with nothing of Python's in between; what it says goes nowhere."""
    words = [os.fspath(argument) for argument in arguments]
    quiet = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    before = Path.cwd()
    if cwd is not None:
        os.chdir(cwd)
    try:
        child = os.posix_spawnp(words[0], words, environment, file_actions=quiet)
    finally:
        os.chdir(before)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        raise RuntimeError(f"{' '.join(words)} ended with exit code {code}")


def spawn_many(arguments: Sequence[str], environment: dict[str, str], count: int, at_once: int) -> None:
    """Runs a program many times, so many at once."""
    running: set[int] = set()
    started = 0
    while started < count or running:
        while started < count and len(running) < at_once:
            running.add(os.posix_spawnp(arguments[0], list(arguments), environment))
            started += 1
        child, _ = os.wait()
        running.discard(child)


def memory_mb(pid: int, what: str) -> float:
    """`VmRSS` (now) or `VmHWM` (the most ever) of a process, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"/proc/{pid}/status has no {what}")
