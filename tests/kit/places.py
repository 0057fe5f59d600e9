"""Where the things under test lie, and the environment they are run in."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / ".venv/bin"
PYTHON = BIN / "python3"
SAGEWRIGHT = Path(os.environ.get("SAGEWRIGHT_BIN", BIN / "sagewright"))
FOREIGN = ROOT / "fixtures/foreign"

#: Variables of the person who runs the tests that must not reach what is tested.
_PERSONAL = ("AWS_", "SAGEWRIGHT_", "BOTO", "PYTEST_", "PYTHON", "VIRTUAL_ENV", "COLUMNS", "NO_COLOR", "CLICOLOR")


def environment(home: Path, **extra: str) -> dict[str, str]:
    """A child's environment: this machine's, without anything personal, and with a Sagewright home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_PERSONAL)}
    path = os.pathsep.join([str(SAGEWRIGHT.parent), str(BIN), os.environ["PATH"]])
    own = {"PATH": path, "SAGEWRIGHT_HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    if "SAGEWRIGHT_BIN" in os.environ:
        own["SAGEWRIGHT_BIN"] = str(SAGEWRIGHT)
    return kept | own | extra
