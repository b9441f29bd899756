"""A list of some size, decoded into models: by us, and by upstream's ``from_dict``.

Runs where ``persium_api`` is generated from ``records.yaml``. A contender is a name and a size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from time import perf_counter
from typing import Any, Final

import httpx

from benchmarks.job import Figures, Job
from benchmarks.site import Site


def ours(site: Site, size: str) -> Callable[[], Any]:
    """Return a function that gets the list with our client."""
    client: Any = import_module("benchmarks.peers.persium").client(site)
    return lambda: client.records.list_records(size)


def from_dict(site: Site, size: str) -> Callable[[], Any]:
    """Return a function that gets the list with httpx, and decodes it as upstream does."""
    model: Any = import_module("persium_api.models").RecordList
    client, url = httpx.Client(headers=site.bearer, verify=site.tls()), f"{site.records}/{size}"
    return lambda: model.from_dict(client.get(url).raise_for_status().json())


WAYS: Final = {"persium": ours, "from_dict": from_dict}


def rounds(job: Job) -> Iterator[Figures]:
    """Yield the seconds of one call."""
    get = WAYS[job.contender](job.site, job.load.size)
    while True:
        started = perf_counter()
        for _ in range(job.load.calls):
            get()
        yield {"seconds": (perf_counter() - started) / job.load.calls}
