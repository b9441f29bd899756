"""An API whose responses name the call that they are for."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from tests.support.wire import Seen, Wire, http


def _name(seen: Seen) -> bytes:
    """Send the last segment of the path, several times over: responses differ in length."""
    path = seen.head.split(b" ")[1].decode()
    name = path.rpartition("/")[2]
    body = json.dumps([name] * (1 + len(path) * int(name[-1])))
    return http(body.encode(), connection=b"keep-alive")


@contextmanager
def echo() -> Generator[dict[str, Any]]:
    """Run the API; the value is the arguments of a client."""
    with Wire() as wire:
        wire.api = _name
        yield dict(wire.settings)


def wrong_bodies(persium: Any, name: str, *, calls: int, threads: int = 1) -> int:
    """Make *calls* from *threads* at once, and count the responses that were for another call."""
    wrong: list[str] = []

    def some(thread: int) -> None:
        for number in range(calls // threads):
            mine = f"{name}-{thread}-{number}"
            body = persium.request("GET", f"/echo/{mine}").json()
            if set(body) != {mine}:
                wrong.append(mine)

    workers = [threading.Thread(target=some, args=(thread,)) for thread in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return len(wrong)
