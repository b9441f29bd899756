"""The same on Spark: ``spark-submit on_spark.py inputs.txt outcomes.jsonl``.

A partition is a batch. Spark runs it again whose Python worker was killed, and ends the job after
``spark.task.maxFailures`` of these (one with the master ``local[2]``, four with ``local[2,4]``).
Workers are kept for later partitions, so each has one token.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import work
from pyspark import TaskContext
from pyspark.sql import SparkSession

SIZE = 50


def run_batch(batch: Iterable[str]) -> Iterator[str]:
    """Run in a Python worker."""
    context = TaskContext.get()
    repeated = context is not None and context.attemptNumber() > 0
    yield from map(json.dumps, work.marked(work.outcomes_of_threads(batch), repeated=repeated))


def main(inputs: str, outcomes: str) -> None:
    """Read inputs, write outcomes in order."""
    lines = Path(inputs).read_text(encoding="utf-8").splitlines()
    with SparkSession.builder.getOrCreate() as session:
        context = session.sparkContext
        context.addPyFile(work.__file__)
        found = context.parallelize(lines, -(-len(lines) // SIZE)).mapPartitions(run_batch)
        Path(outcomes).write_text("".join(f"{one}\n" for one in found.collect()), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
