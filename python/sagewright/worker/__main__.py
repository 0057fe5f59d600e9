"""`python -m sagewright.worker [--path DIRECTORY ...] MODULE:FUNCTION`."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__" and sys.path and sys.path[0] == os.getcwd():
    # A file of the user's called `json.py` must not stand in for Python's own; `execution` adds the directory.
    del sys.path[0]

from sagewright.worker.execution import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
