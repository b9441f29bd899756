"""A process that makes one call, and prints its result and how much memory it needed.

``python -m tests.faults.child BACKEND``; the settings are in the environment.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from contextlib import ExitStack

from persium_ext import PersiumError
from tests.support.concurrency import Concurrency


def peak() -> int:
    """Return the most memory that this process has had so far, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(name: str) -> None:
    """Make one call with the concurrency backend *name*, and print JSON."""
    with ExitStack() as stack:
        session = Concurrency(name, {}, stack).session()
        before, start = peak(), time.monotonic()
        (outcome,) = session.outcomes(times=1)
        seconds = time.monotonic() - start
    said = str(outcome).partition("\n")[0] if isinstance(outcome, PersiumError) else "success"
    found = [type(outcome).__name__, said, seconds, (peak() - before) // 1024]
    sys.stdout.write(json.dumps(found))


main(sys.argv[1])
