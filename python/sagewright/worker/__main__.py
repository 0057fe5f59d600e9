"""`python -m sagewright.worker [--path DIRECTORY ...] MODULE:FUNCTION`."""

from __future__ import annotations

import sys

from sagewright.worker.execution import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
