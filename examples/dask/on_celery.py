"""The same on Celery: a worker, and ``python on_celery.py inputs.txt outcomes.jsonl``.

    celery --app on_celery worker --concurrency 2

A batch is run again whose worker process was killed: by this program, which gives it up after some
times. With ``acks_late``, a broker delivers the messages of a machine that was lost to another one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import work
from billiard.exceptions import WorkerLostError
from celery import Celery

SIZE = 50
app = Celery("on_celery")
app.config_from_envvar("CELERY_CONFIG_MODULE")  # your module: broker_url, result_backend ...


@app.task(acks_late=True, bind=True)
def run_batch(task: Any, batch: list[str]) -> list[work.Outcome]:  # noqa: ANN401  # Celery has no types
    """Run in a worker process."""
    found = work.outcomes_of_threads(batch)
    return work.marked(found, repeated=bool(task.request.delivery_info.get("redelivered")))


def outcomes(batch: list[str], result: Any) -> list[work.Outcome]:  # noqa: ANN401  # the same
    """Wait for the *result* of a batch, and run it again if its worker was lost."""
    found, losses = result.get(propagate=False), 0
    while isinstance(found, WorkerLostError) and losses < work.RETRIES:
        found, losses = run_batch.delay(batch).get(propagate=False), losses + 1
    if isinstance(found, Exception):
        found = [work.failed(one, found) for one in batch]
    return work.marked(found, repeated=True) if losses else found


def main(inputs: str, results: str) -> None:
    """Read inputs, write outcomes in order; settings are those of the worker."""
    batches = work.batches_of(Path(inputs).read_text(encoding="utf-8").splitlines(), SIZE)
    given = [(batch, run_batch.delay(batch)) for batch in batches]
    with Path(results).open("w", encoding="utf-8") as file:
        for batch, result in given:
            file.writelines(f"{json.dumps(outcome)}\n" for outcome in outcomes(batch, result))


if __name__ == "__main__":
    main(*sys.argv[1:])
