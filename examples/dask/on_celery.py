"""The same on Celery: a worker, and ``python on_celery.py inputs.txt outcomes.jsonl``.

    celery --app on_celery worker --concurrency 2

``acks_late`` and ``reject_on_worker_lost`` put a message back whose worker was killed.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import work
from celery import Celery

THREADS, SIZE = 8, 50
app = Celery("on_celery")
app.config_from_envvar("CELERY_CONFIG_MODULE")  # your module: broker_url, result_backend ...


@app.task(acks_late=True, reject_on_worker_lost=True)
def run_batch(batch: list[str]) -> list[work.Outcome]:
    """Run in a worker process."""
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(partial(work.outcome, work.client()), batch))


def main(inputs: str, outcomes: str) -> None:
    """Read inputs, write outcomes in order; settings are those of the worker."""
    batches = work.batches_of(Path(inputs).read_text(encoding="utf-8").splitlines(), SIZE)
    given = [(batch, run_batch.delay(batch)) for batch in batches]
    with Path(outcomes).open("w", encoding="utf-8") as file:
        for batch, result in given:
            found = result.get(propagate=False)
            if isinstance(found, Exception):
                found = [work.failed(one, found) for one in batch]
            file.writelines(f"{json.dumps(outcome)}\n" for outcome in found)


if __name__ == "__main__":
    main(*sys.argv[1:])
