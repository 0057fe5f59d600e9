"""What this process is doing: nothing in particular, tracing a pipeline, or running one step."""

from __future__ import annotations

from contextvars import ContextVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sagewright.tracing import Trace

DIRECT = "direct"
"""The user's own process: calling a pipeline runs it."""
TRACE = "trace"
"""`python -m sagewright.trace`: the command asked for a description; calling a pipeline does nothing."""
WORKER = "worker"
"""`python -m sagewright.worker`: one step runs; calling a pipeline does nothing."""

mode: str = DIRECT
"""One of the above; set once, before the user's modules are imported."""

target_directory: str | None = None
"""The directory of the file that the command was pointed at, while tracing it."""

active_trace: ContextVar[Trace | None] = ContextVar("sagewright_active_trace", default=None)
"""The trace under way in this thread or task, while a pipeline function runs."""
