"""A place where jobs wait for the test, and the test for jobs: the order of things without a clock."""

import tempfile
from pathlib import Path

from kit.waiting import until


class Gate:
    """Jobs come to a named gate, say so, and wait until the test opens it."""

    def __init__(self) -> None:
        """Makes the folder; its path is short enough for a job's environment."""
        self.folder = Path(tempfile.mkdtemp(prefix="gate-"))
        self.environment = {"GATE": str(self.folder)}

    @staticmethod
    def wait(name: str) -> str:
        """The piece of a script that comes to the gate and waits there."""
        # The folder goes with the test: nobody waits for ever.
        return f"echo >>$GATE/{name}.here; while [ -d $GATE ] && [ ! -e $GATE/{name}.open ]; do sleep 0.02; done; "

    @staticmethod
    def mark(name: str) -> str:
        """The piece of a script that leaves a mark and goes on."""
        return f"echo >>$GATE/{name}.here; "

    @classmethod
    def slow_to_stop(cls) -> str:
        """The script that comes to gate `up` and, when it is told to end, to gate `term` and waits there."""
        return f"trap '{cls.wait('term')}exit 0' TERM; {cls.mark('up')}while [ -d $GATE ]; do sleep 0.02; done"

    def arrivals(self, name: str) -> int:
        """How many jobs came to a gate."""
        path = self.folder / f"{name}.here"
        return len(path.read_text()) if path.exists() else 0

    def wait_for(self, name: str, count: int = 1) -> None:
        """Waits until so many jobs have come to a gate."""
        until(lambda: self.arrivals(name) >= count, f"{count} arrivals at gate {name}")

    def open(self, *names: str) -> None:
        """Lets everybody through, those that come later too."""
        for name in names:
            (self.folder / f"{name}.open").touch()
