"""The tests that can differ on another Python or system: ``python -m tests.portable [OPTIONS]``.

The options are those of pytest; ``--list`` prints the names instead. The client, the command line
and the sandbox are tested, not what reads documents, pages and locks. Tests that need POSIX have a
mark of their own; here are the folders and files that consist of them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

HERE: Final = Path(__file__).resolve().parent
CLIENT: Final = [
    "calls",
    "client",
    "http",
    "observation",
    "retry",
    "runtime",
    "secrets",
    "settings",
    "text",
    "tokens",
    "races",
]
ROOMS: Final = [*CLIENT, "cli", "sandbox", "testing"]
POSIX: Final = {
    "races": "forks and signals",
    "test_coverage_stable.py": "programs for /bin/sh",
    "test_httpx2_lane.py": "the same",
    "test_quick.py": "the same",
}


def selected(platform: str = sys.platform) -> list[str]:
    """Return the folders and files for *platform*, from the folder of the project."""
    names = [*sorted(path.name for path in HERE.glob("test_*.py")), *ROOMS]
    return [f"tests/{name}" for name in names if platform != "win32" or name not in POSIX]


def main(options: Sequence[str]) -> int:
    """Run them, and return the exit code of pytest."""
    if list(options) == ["--list"]:
        sys.stdout.write(" ".join(selected()) + "\n")
        return 0
    return pytest.main([*options, *selected()])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
