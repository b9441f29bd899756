"""The same on Ray: ``python on_ray.py inputs.txt outcomes.jsonl``.

A worker process of Ray runs one task at a time, so a task calls from threads. A batch is run again
whose worker was killed: by this program, because a task of Ray can't tell that it was run before.
After some times its inputs are run alone.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import ray
import work

SIZE = 50


@ray.remote(max_retries=0)
def run_batch(batch: list[str]) -> list[work.Outcome]:
    """Run in a worker process."""
    return work.outcomes_of_threads(batch)


def main(inputs: str, outcomes: str, address: str | None = None) -> None:
    """Read inputs, write outcomes as they come."""
    ray.init(address=address)
    batches = work.batches_of(Path(inputs).read_text(encoding="utf-8").splitlines(), SIZE)
    given = {run_batch.remote(batch): (batch, 0) for batch in batches}
    with Path(outcomes).open("w", encoding="utf-8") as file:
        while given:
            [done], _ = ray.wait(list(given))
            batch, losses = given.pop(done)
            try:
                found = ray.get(done)
            except ray.exceptions.RayError as error:
                in_task = isinstance(error, ray.exceptions.RayTaskError)
                if not in_task and (parts := list(work.again(batch, losses))):
                    given |= {run_batch.remote(part): (part, lost) for part, lost in parts}
                    continue
                found = [work.failed(one, error) for one in batch]
            found = work.marked(found, repeated=losses > 0)
            file.writelines(f"{json.dumps(outcome)}\n" for outcome in found)
    ray.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
