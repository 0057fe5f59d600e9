"""Waiting for something to become true, with an end."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

#: Seconds within which everything in these tests has to happen, on a busy machine too.
DEADLINE = 60.0


def until(look: Callable[[], T | None], what: str, deadline: float = DEADLINE) -> T:
    """Looks again and again until `look` gives something true, and fails with `what` after `deadline` seconds."""
    end = time.monotonic() + deadline
    pause = 0.005
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline:.0f} s: {what} (last seen: {seen!r})")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
