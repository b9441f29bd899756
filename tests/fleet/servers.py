"""Web servers that call with each request, and what their responses show."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice

import httpx

from tests.support.engine import PATIENCE

Result = tuple[int, int, int]
"""The input of a call, the one that its response names, and the process that called."""
GUNICORN = ("gunicorn", "--bind", "127.0.0.1:0", "--workers", "2", "web:wsgi")
SERVERS = {
    "gunicorn --preload": (*GUNICORN, "--preload"),
    "gunicorn --threads": (*GUNICORN, "--threads", "4"),
    "uvicorn --workers": ("uvicorn", "--port", "0", "--workers", "2", "web:asgi", "--lifespan=off"),
}


def wrong(results: list[Result]) -> list[Result]:
    """Return the results that are for another call."""
    return [result for result in results if result[0] != result[1]]


def processes_of(results: list[Result]) -> int:
    """Return how many processes called."""
    return len({process for *_, process in results})


def call(url: str, number: int) -> Result:
    """Call with *number* as input."""
    named, process = httpx.get(f"{url}/{number}", timeout=60).json()
    return number, named, process


def request(url: str, inputs: Iterator[int], *, processes: int) -> list[Result]:
    """Request in bursts until each of *processes* has called."""
    results: list[Result] = []
    until = time.monotonic() + PATIENCE
    with ThreadPoolExecutor(16) as threads:
        while len(results) < 64 or processes_of(results) < processes:
            assert time.monotonic() < until, f"{processes_of(results)} processes called"
            results += threads.map(partial(call, url), islice(inputs, 16))
    return results
