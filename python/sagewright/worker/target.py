"""Finding the step's function: the user's module is imported under its own name."""

from __future__ import annotations

import sys

from sagewright import interface
from sagewright.worker.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from sagewright.interface import Interface


def find(target: str) -> tuple[Callable[..., object], Interface]:
    """Returns the function that `module:function` names, and its interface.

    Raises:
        Problem: The module or the function does not exist.
    """
    module_name, _, name = target.rpartition(":")
    module = _import(module_name)
    found = getattr(module, name, None)
    function = getattr(found, "function", None) if getattr(found, "__sagewright__", None) == "step" else found
    if function is None or not callable(function):
        raise Problem(
            "Setup",
            f"module `{module_name}` has no step `{name}`",
            hint="submit the pipeline again: the code has changed since, or the step is made in another way here",
        )
    return function, interface.of(function)


def _import(name: str) -> ModuleType:
    try:
        __import__(name)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing == name or name.startswith(f"{missing}."):
            raise Problem(
                "Setup",
                f"the step's module `{name}` is not in the code of the pipeline",
                hint="it must lie below the directory of the script, or be installed where the step runs",
            ) from None
        raise Problem("Setup", str(error), error) from error
    except SyntaxError as error:
        raise Problem("Setup", f"module `{name}` cannot be read: {error.msg}", error) from error
    except SystemExit as error:
        raise Problem(
            "Setup",
            f"module `{name}` ended the process while it was imported, with exit code {error.code}",
            error,
            hint='put what only the script should do under `if __name__ == "__main__":`',
        ) from error
    return sys.modules[name]
