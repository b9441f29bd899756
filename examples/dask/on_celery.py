"""The same on Celery: a worker, and ``python on_celery.py inputs.txt outcomes.jsonl``.

    celery --app on_celery worker --concurrency 2

A batch is run again whose worker process was killed: by this program, and after some times its
inputs alone. With ``acks_late``, a broker delivers the messages of a machine that was lost to
another one, without a limit: such a message counts as lost there, so that this program decides.
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
    if task.request.delivery_info.get("redelivered"):
        raise WorkerLostError("a worker was lost that had this message")
    return work.outcomes_of_threads(batch)


def outcomes(batch: list[str], result: Any, losses: int = 0) -> list[work.Outcome]:  # noqa: ANN401  # the same
    """Wait for the *result* of a batch, and run it again if its worker was lost."""
    found = result.get(propagate=False)
    if isinstance(found, WorkerLostError):
        parts = [(part, run_batch.delay(part), lost) for part, lost in work.again(batch, losses)]
        if parts:
            return [outcome for part in parts for outcome in outcomes(*part)]
    if isinstance(found, Exception):
        found = [work.failed(one, found) for one in batch]
    return work.marked(found, repeated=losses > 0)


def main(inputs: str, results: str) -> None:
    """Read inputs, write outcomes in order; settings are those of the worker."""
    batches = work.batches_of(Path(inputs).read_text(encoding="utf-8").splitlines(), SIZE)
    given = [(batch, run_batch.delay(batch)) for batch in batches]
    with Path(results).open("w", encoding="utf-8") as file:
        for batch, result in given:
            file.writelines(f"{json.dumps(outcome)}\n" for outcome in outcomes(batch, result))


if __name__ == "__main__":
    main(*sys.argv[1:])
