"""Run calls in a process model: ``python -m models MODEL PROCESSES CALLS`` prints the results.

A model takes a batch of inputs and returns their results in order. Batches are run until as many
processes as expected have called. A task that has the secret in its pickle is an error.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Generator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count, islice
from multiprocessing import get_context

from work import Result, call, call_with

from persium_ext import Persium

Run = Callable[[list[int]], list[Result]]
PATIENCE = 60


@contextmanager
def multiprocessing_pool(method: str) -> Generator[Run]:
    """Two processes that stay."""
    with get_context(method).Pool(2) as pool:
        yield lambda batch: pool.map(call, batch, chunksize=1)
        pool.close()
        pool.join()


@contextmanager
def process_per_task() -> Generator[Run]:
    """A new process for each input."""
    with ProcessPoolExecutor(2, get_context("spawn"), max_tasks_per_child=1) as pool:
        yield lambda batch: list(pool.map(call, batch))


@contextmanager
def dask_local(task: Callable[[int], Result] = call) -> Generator[Run]:
    """A cluster of two processes with four threads each."""
    from distributed import Client, LocalCluster  # noqa: PLC0415  # each model imports its engine

    options = {"threads_per_worker": 4, "dashboard_address": None}
    with LocalCluster(n_workers=2, **options) as cluster, Client(cluster) as client:
        yield lambda batch: client.gather(client.map(without_secret(task), batch, pure=False))


@contextmanager
def dask_pickled() -> Generator[Run]:
    """A client that is pickled into each task."""
    with Persium() as persium, dask_local(partial(call_with, persium)) as run:
        yield run


@contextmanager
def dask_scheduler() -> Generator[Run]:
    """Workers that somebody else started."""
    from distributed import Client  # noqa: PLC0415  # each model imports its engine

    with Client(os.environ["SCHEDULER"]) as client:
        client.wait_for_workers(2)
        yield lambda batch: client.gather(client.map(without_secret(call), batch, pure=False))


@contextmanager
def ray_tasks() -> Generator[Run]:
    """A local cluster of two processes."""
    import ray  # noqa: PLC0415  # each model imports its engine

    ray.init(address="local", num_cpus=2, include_dashboard=False)
    task = ray.remote(without_secret(call))
    yield lambda batch: ray.get([task.remote(number) for number in batch])
    ray.shutdown()


@contextmanager
def celery_tasks() -> Generator[Run]:
    """A producer, which has no settings; the worker is started elsewhere."""
    from queue_app import call as task  # noqa: PLC0415  # each model imports its engine

    yield lambda batch: [r.get(timeout=PATIENCE) for r in [task.delay(n) for n in batch]]


def without_secret(task: Callable[[int], Result]) -> Callable[[int], Result]:
    """Return *task*, whose pickle has no secret.

    Raises:
        ValueError: It has.
    """
    import cloudpickle  # noqa: PLC0415  # what Dask and Ray pickle with

    if os.environ["CLIENT_SECRET"].encode() in cloudpickle.dumps(task):
        raise ValueError("the pickle of a task has the secret")
    return task


MODELS = {
    "celery": celery_tasks,
    "dask": dask_local,
    "dask-pickled": dask_pickled,
    "dask-scheduler": dask_scheduler,
    "fork": partial(multiprocessing_pool, "fork"),
    "forkserver": partial(multiprocessing_pool, "forkserver"),
    "process-per-task": process_per_task,
    "ray": ray_tasks,
    "spawn": partial(multiprocessing_pool, "spawn"),
}


def main(model: str, processes: int, calls: int) -> None:
    """Run at least *calls* calls in at least *processes* processes."""
    inputs, results = count(), list[tuple[int, ...]]()
    until = time.monotonic() + PATIENCE
    with MODELS[model]() as run:
        while len(results) < calls or len({pid for *_, pid in results}) < processes:
            if time.monotonic() > until:
                break
            batch = list(islice(inputs, min(calls, 16)))
            results += [(number, *result) for number, result in zip(batch, run(batch), strict=True)]
    print("results:", json.dumps(results))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
