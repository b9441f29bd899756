"""A statement that is the first one of a Python program."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from benchmarks.job import Figures, Job

FIRST_CLIENTS: Final = {
    "first client": "from persium_ext import Persium; Persium()",
    "first client of httpx": "import httpx; httpx.Client()",
}
PROGRAM: Final = "from time import perf_counter as now; start = now(); {}; print(now() - start)"


def rounds(job: Job) -> Iterator[Figures]:
    """Yield the seconds that the statement needs."""
    statement = FIRST_CLIENTS.get(job.contender, job.contender)
    command = (sys.executable, "-c", PROGRAM.format(statement))
    while True:
        yield {"seconds": float(subprocess.check_output(command))}
