"""The same on Ray: ``python on_ray.py inputs.txt outcomes.jsonl``.

A worker process of Ray runs one task at a time, so a task calls from threads. Ray runs a task again
whose worker was killed.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import ray
import work

THREADS, SIZE = 8, 50


@ray.remote(max_retries=5)
def run_batch(batch: list[str]) -> list[work.Outcome]:
    """Run in a worker process."""
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(partial(work.outcome, work.client()), batch))


def main(inputs: str, outcomes: str, address: str | None = None) -> None:
    """Read inputs, write outcomes as they come."""
    ray.init(address=address)
    batches = work.batches_of(Path(inputs).read_text(encoding="utf-8").splitlines(), SIZE)
    given = {run_batch.remote(batch): batch for batch in batches}
    with Path(outcomes).open("w", encoding="utf-8") as file:
        while given:
            [done], _ = ray.wait(list(given))
            batch = given.pop(done)
            try:
                results = ray.get(done)
            except ray.exceptions.RayError as error:  # such as a batch that killed each worker
                results = [work.failed(one, error) for one in batch]
            file.writelines(f"{json.dumps(outcome)}\n" for outcome in results)
    ray.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
