"""A process that does one job: it reads a line for each round, and writes its figures."""

from __future__ import annotations

import gc
import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module

from .job import Figures, Job


def main(text: str) -> None:
    """Run a round of the job in *text* for each line, until there is none; end the process."""
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # it reports clients left open
    try:
        job = Job.from_json(text)
        rounds: Iterator[Figures] = import_module(f"benchmarks.work.{job.work}").rounds(job)
        for _ in sys.stdin:
            gc.collect()
            _send(next(rounds))
    except Exception as error:  # noqa: BLE001  # of any library; the parent reports it
        _send({"error": f"{type(error).__name__}: {error}"[:200]})
    # clients are not closed, and some libraries abort a process that ends in another way
    os._exit(0)


def _send(figures: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
