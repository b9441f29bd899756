"""A statement that is the first one of a Python program."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from benchmarks.job import Figures, Job

FIRST_CLIENT: Final = "from persium_ext import Persium; Persium()"
PROGRAM: Final = "from time import perf_counter as now; start = now(); {}; print(now() - start)"


def rounds(job: Job) -> Iterator[Figures]:
    """Yield the seconds that the statement needs."""
    statement = FIRST_CLIENT if job.contender == "first client" else job.contender
    command = (sys.executable, "-c", PROGRAM.format(statement))
    while True:
        yield {"seconds": float(subprocess.check_output(command))}
