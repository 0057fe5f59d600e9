"""The errors that users meet: what is wrong, where it is, and the way out.

They are ordinary exceptions. Where one reaches the top of a script, it is printed in short form, without a
traceback, and decides the exit code; notebooks show the same short form.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType

PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep
"""The directory of this package: frames below it are not the user's."""


class SagewrightError(Exception):
    """Something that went wrong for a reason the user can do something about."""

    exit_code = 3

    def __init__(
        self, message: str, *, hint: str | None = None, file: str | None = None, line: int | None = None
    ) -> None:
        """Takes the message, lowercase and without a full stop, the way out, and the place.

        Without a file the place is the innermost frame that is the user's own.
        """
        super().__init__(message)
        self.message = message
        self.hint = hint
        if file is None:
            file, line = _caller()
        self.file = file
        self.line = line
        install_hook()

    def __str__(self) -> str:
        return self.message if self.hint is None else f"{self.message}\nhint: {self.hint}"

    def short(self) -> str:
        """Returns the error as it is shown in a terminal."""
        lines = [f"error: {self.message}"]
        if self.file is not None:
            cell = self.file.startswith("<") or "ipykernel_" in self.file
            place = "the cell, line" if cell else f"{_readable(self.file)}:"
            separator = " " if cell else ""
            lines.append(f"  at {place.rstrip(':')}" if self.line is None else f"  at {place}{separator}{self.line}")
        if self.hint is not None:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)

    def _render_traceback_(self) -> list[str]:
        """Answers IPython, which asks an exception for its own form."""
        return self.short().split("\n")


class PipelineError(SagewrightError):
    """A pipeline, a step or a setting is written in a way that cannot work."""

    exit_code = 2


class SettingsError(PipelineError, TypeError):
    """A setting does not exist or has a value of the wrong type."""


class InstallationError(SagewrightError):
    """A part of Sagewright is missing on this machine."""


class RunFailed(SagewrightError):  # noqa: N818
    """A run ended in another way than success; the command has already said why."""

    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        exit_code: int,
        run_id: str | None = None,
        status: str | None = None,
        cause: str | None = None,
    ) -> None:
        """Takes what the command left behind: its exit code and, if a run was started, how that ended."""
        super().__init__(message, file="")
        self.file = None
        self.exit_code = exit_code
        self.run_id = run_id
        self.status = status
        self.cause = cause

    def short(self) -> str:
        """Returns nothing: the command's own report is on the screen."""
        return ""

    def _render_traceback_(self) -> list[str]:
        return [f"RunFailed: {self.message}"]


def is_ours(file: str) -> bool:
    """Says whether a frame of this file is part of this package or of the import system."""
    return file.startswith((PACKAGE, "<frozen "))


def nearest(name: str, known: list[str]) -> str | None:
    """Returns the known name that looks most like this one, if any does."""
    from difflib import get_close_matches

    matches = get_close_matches(name, known, n=1)
    return matches[0] if matches else None


def _caller() -> tuple[str | None, int | None]:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None or frame.f_globals.get("__name__") == "runpy":
        return None, None
    return frame.f_code.co_filename, frame.f_lineno


def _readable(file: str) -> str:
    try:
        relative = os.path.relpath(file)
    except (OSError, ValueError):
        return file
    return file if relative.startswith("..") else relative


def install_hook() -> None:
    """Shows what reaches the top of a script as its user should see it."""
    previous = sys.excepthook
    if getattr(previous, "sagewright", False):
        return

    def show(kind: type[BaseException], error: BaseException, _traceback: TracebackType | None) -> None:
        if not isinstance(error, SagewrightError):
            from sagewright.failures import drop_our_frames

            drop_our_frames(error, set())
            previous(kind, error, error.__traceback__)
            return
        text = error.short()
        if text:
            print(text, file=sys.stderr)
        if not (sys.flags.interactive or hasattr(sys, "ps1")):
            # The interpreter takes the exit code of a SystemExit that the hook raises.
            raise SystemExit(error.exit_code)

    show.sagewright = True  # type: ignore[attr-defined]
    sys.excepthook = show
