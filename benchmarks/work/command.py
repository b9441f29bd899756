"""A program that makes one call, from its start to its end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.job import Figures, Job

PYTHON: Final = Path(sys.executable)
PROGRAMS: Final = Path(__file__).parents[1] / "programs"
COMMANDS: Final[dict[str, tuple[str | Path, ...]]] = {
    "persium me": (PYTHON.with_name("persium"), "me"),
    "two curls": ("/bin/sh", PROGRAMS / "two_curls.sh"),
    "httpx script": (PYTHON, PROGRAMS / "httpx_script.py"),
    "openai script": (PYTHON, PROGRAMS / "openai_script.py"),
}


def rounds(job: Job) -> Iterator[Figures]:
    """Yield the seconds that the program needs."""
    while True:
        started = perf_counter()
        subprocess.run(COMMANDS[job.contender], check=True, stdout=subprocess.DEVNULL)
        yield {"seconds": perf_counter() - started}
