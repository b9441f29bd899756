"""Map an operation over many inputs on Dask: a client for each worker process.

    python job.py inputs.txt outcomes.jsonl                         # workers on this machine
    python job.py inputs.txt outcomes.jsonl --scheduler tcp://...   # a cluster of yours

Settings are those of the workers' environment. A worker makes ``--threads`` calls at a time and has
one token; on a cluster of yours, ``dask worker --nthreads`` decides. Outcomes are written as they
come, one line of JSON for each input, in any order. The exit code is 1 if an input has failed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import work
from distributed import (
    Client,
    KilledWorker,
    LocalCluster,
    WorkerPlugin,
    as_completed,
    get_worker,
)

from persium_ext import Persium


class PersiumPlugin(WorkerPlugin):
    """Gives a worker its client before its first task: wrong settings end the job at once."""

    name = "persium"

    def setup(self, worker: Any) -> None:  # noqa: ANN401  # Dask has no types
        """Make the client; all threads of the worker use it."""
        worker.persium = Persium()

    def teardown(self, worker: Any) -> None:  # noqa: ANN401  # the same
        """Close the connections."""
        worker.persium.close()


def run_batch(batch: list[str]) -> list[work.Outcome]:
    """Run in a worker."""
    return work.outcomes(get_worker().persium, batch)


def run(client: Client, inputs: Iterable[str], *, size: int) -> Iterator[work.Outcome]:
    """Yield the outcome of each input as it comes.

    Dask gives the batch of a worker that was killed to another one, and tells of it before. It
    gives up a batch after several such workers, whether it or one beside it was the reason: its
    inputs are run alone at the end, one after another.
    """
    lost, suspects = set[str](), list[str]()

    def note(event: tuple[float, dict[str, Any]]) -> None:
        for kind in ("processing-tasks", "lost-computed-tasks"):
            lost.update(event[1].get(kind, ()))

    client.subscribe_topic("all", note)
    client.upload_file(work.__file__)
    client.register_plugin(PersiumPlugin())
    batches = list(work.batches_of(inputs, size))
    given = dict(zip(client.map(run_batch, batches, pure=False), batches, strict=True))
    for future, result in as_completed(list(given), with_results=True, raise_errors=False):
        batch = given.pop(future)
        error = None if future.status == "finished" else future.exception()
        if isinstance(error, KilledWorker):
            suspects += batch
            continue
        found = [work.failed(one, error) for one in batch] if error else result
        yield from work.marked(found, repeated=future.key in lost)
    for one in suspects:
        yield from work.marked(run_alone(client, one), repeated=True)
    client.unsubscribe_topic("all")  # a scheduler that ends before complains


def run_alone(client: Client, one: str) -> list[work.Outcome]:
    """Run an input with nothing beside it: if its workers are killed again, it is the reason."""
    future = client.submit(run_batch, [one], pure=False)
    if error := future.exception():
        return [work.failed(one, error)]
    found: list[work.Outcome] = future.result()
    return found


@contextmanager
def connected(arguments: argparse.Namespace) -> Generator[Client]:
    """Connect to the scheduler, or start workers on this machine."""
    if arguments.scheduler:
        with Client(arguments.scheduler) as client:
            yield client
        return
    workers = {"n_workers": arguments.workers, "threads_per_worker": arguments.threads}
    with LocalCluster(**workers, dashboard_address=None) as cluster, Client(cluster) as client:
        yield client


def main() -> int:
    """Read inputs, write outcomes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("inputs", type=Path, help="a file with one input a line")
    parser.add_argument("outcomes", type=Path, help="the file to write, JSON lines")
    parser.add_argument("--scheduler", help="address of a Dask scheduler")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--threads", type=int, default=8, help="calls at a time, in each process")
    parser.add_argument("--batch", type=int, default=50, help="inputs of a task")
    arguments = parser.parse_args()
    inputs = arguments.inputs.read_text(encoding="utf-8").splitlines()
    errors = 0
    with connected(arguments) as client, arguments.outcomes.open("w", encoding="utf-8") as file:
        for done, outcome in enumerate(run(client, inputs, size=arguments.batch), 1):
            errors += outcome["error"] is not None
            print(json.dumps(outcome), file=file, flush=True)
            show(done, len(inputs), errors)
    return 1 if errors else 0


def show(done: int, total: int, errors: int) -> None:
    """Draw a progress bar; Dask's own blocks until the end, and knows tasks, not inputs."""
    if done % 100 == 0 or done == total:
        bar = "#" * (30 * done // total)
        end = "\n" if done == total else "\r"
        print(f"[{bar:30}] {done:,} of {total:,} inputs, {errors:,} failed", end=end, flush=True)


if __name__ == "__main__":
    sys.exit(main())
