"""Exceptions as data: what happened, at which of the user's own lines, and the way out."""

from __future__ import annotations

import os
import sys

from sagewright.errors import SagewrightError, is_ours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

_MESSAGE_LENGTH = 8 * 1024
_TRACEBACK_LENGTH = 16 * 1024
_NO_SPACE = 28
_DISTRIBUTIONS = {
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}


class Place:
    """A line of the user's code."""

    __slots__ = ("file", "function", "line")

    def __init__(self, file: str | None, line: int | None, function: str | None) -> None:
        self.file = file
        self.line = line
        self.function = function


def describe(error: BaseException, root: str | None) -> dict[str, object]:
    """Returns type, message, file, line and hint of an exception; files are relative to the root."""
    found = place(error, root)
    return {
        "type": type_of(error),
        "message": message(error),
        "file": found.file,
        "line": found.line,
        "hint": hint(error),
    }


def type_of(error: BaseException) -> str:
    """Returns the name of an exception's class as a traceback shows it."""
    kind = type(error)
    if isinstance(error, SagewrightError):
        return kind.__name__
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def message(error: BaseException) -> str:
    """Returns an exception's message, which is never empty."""
    if isinstance(error, SagewrightError):
        return error.message
    try:
        text = str(error).strip()
    except Exception:
        text = ""
    if isinstance(error, KeyError) and len(error.args) == 1:
        text = f"key {error.args[0]!r} is missing"
    elif isinstance(error, SyntaxError):
        text = error.msg or text
    elif isinstance(error, KeyboardInterrupt):
        text = text or "the step was interrupted"
    elif isinstance(error, AssertionError) and not text:
        line = _source_line(error)
        text = f"assertion failed: {line}" if line else "assertion failed"
    return clean(text or f"{type_of(error)} was raised without a message", _MESSAGE_LENGTH)


def hint(error: BaseException) -> str | None:
    """Returns the way out, where there is a general one."""
    if isinstance(error, SagewrightError):
        return error.hint
    if isinstance(error, ModuleNotFoundError) and error.name:
        top = error.name.partition(".")[0]
        return f"install it where the step runs: python3 -m pip install {_DISTRIBUTIONS.get(top, top)}"
    if isinstance(error, ImportError) and "no known parent package" in str(error):
        return "the file belongs to a package: name it as a module, `package.file:pipeline` or `python -m package.file`"
    if isinstance(error, MemoryError):
        return "give the step an instance with more memory: `instance_type` of SagemakerOrchestratorSettings"
    if isinstance(error, OSError) and error.errno == _NO_SPACE:
        return "give the step more disk: `volume_size_in_gb` of SagemakerOrchestratorSettings"
    return None


def place(error: BaseException, root: str | None) -> Place:
    """Returns the innermost line of the user's own that an exception passed through."""
    if isinstance(error, SagewrightError):
        return Place(relative(error.file, root), error.line, None)
    if isinstance(error, SyntaxError) and error.filename:
        return Place(relative(error.filename, root), error.lineno, None)
    best: TracebackType | None = None
    inside = False
    traceback = error.__traceback__
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        own = root is not None and _is_own(file, root)
        if not is_ours(file) and (own or not inside):
            best, inside = traceback, own
        traceback = traceback.tb_next
    if best is None:
        return Place(None, None, None)
    code = best.tb_frame.f_code
    function = None if code.co_name == "<module>" else code.co_name
    return Place(relative(code.co_filename, root), best.tb_lineno, function)


def relative(file: str | None, root: str | None) -> str | None:
    """Returns a file relative to the root if it lies below it."""
    if file is None or root is None or not file.startswith(root + os.sep):
        return file
    return os.path.relpath(file, root)


def traceback_text(error: BaseException, root: str | None) -> str:
    """Returns the traceback without this package's frames, its files relative to the root."""
    import traceback

    drop_our_frames(error, set())
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    if root is not None:
        text = text.replace(f'File "{root}{os.sep}', 'File "')
    text = clean(text)
    if len(text) > _TRACEBACK_LENGTH:
        half = _TRACEBACK_LENGTH // 2
        text = f"{text[:half]}\n  [...]\n{text[-half:]}"
    return text


def clean(text: str, limit: int | None = None) -> str:
    """Returns text that JSON can carry between languages, cut off at a number of characters."""
    if limit is not None and len(text) > limit:
        text = f"{text[:limit]}..."
    return text.encode("utf-8", "replace").decode("utf-8")


def _is_own(file: str, root: str) -> bool:
    return file.startswith(root + os.sep) and "site-packages" not in file and not is_ours(file)


def _source_line(error: BaseException) -> str:
    import linecache

    traceback = error.__traceback__
    if traceback is None:
        return ""
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    return linecache.getline(traceback.tb_frame.f_code.co_filename, traceback.tb_lineno).strip()


def drop_our_frames(error: BaseException, seen: set[int]) -> None:
    """Takes this package's frames out of the traceback of an exception, and of those it came from."""
    if id(error) in seen:
        return
    seen.add(id(error))
    kept: list[TracebackType] = []
    traceback = error.__traceback__
    while traceback is not None:
        if not is_ours(traceback.tb_frame.f_code.co_filename):
            kept.append(traceback)
        traceback = traceback.tb_next
    for index, frame in enumerate(kept):
        frame.tb_next = kept[index + 1] if index + 1 < len(kept) else None
    error.__traceback__ = kept[0] if kept else None
    related = [error.__cause__, error.__context__, *getattr(error, "exceptions", ())]
    for other in related:
        if isinstance(other, BaseException):
            drop_our_frames(other, seen)


def show(text: str) -> None:
    """Prints to stderr, which may be gone."""
    try:
        print(text, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        pass
