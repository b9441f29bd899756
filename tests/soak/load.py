"""The load: threads, tasks and forks at once, in rounds, with clients that outlive each round."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from persium_ext import AsyncPersium, Persium

from . import tasks, threads
from .tally import Tally
from .threads import OPTIONS, Settings

NO_PROXY_THERE = "http://127.0.0.1:1"
"""No server listens on this port."""


class Load:
    """Two clients of the API, each with clients for threads and for tasks.

    Args:
        settings: The arguments of the two clients.
        tally: Counts the result of every call.
    """

    def __init__(self, settings: Sequence[Settings], tally: Tally) -> None:
        self._settings = settings
        self._tally = tally
        self._sync = [Persium(**one, **OPTIONS) for one in settings]
        self._async = [AsyncPersium(**one, **OPTIONS) for one in settings]
        self._own = Persium(**settings[0], **OPTIONS, spread_refresh=True, share_token=False)

        self._misrouted = Persium(**settings[0], **OPTIONS, proxy=NO_PROXY_THERE)

    def round(self, seconds: float) -> None:
        """Load for *seconds*, and return when its threads, loops and children have ended."""
        until = time.monotonic() + seconds
        workers = [threading.Thread(target=work, args=(until,)) for work in self._works()]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def close(self) -> None:
        """Close the clients; those for tasks are closed in each loop, or garbage-collected."""
        for client in (*self._sync, self._own, self._misrouted):
            client.close()

    def _works(self) -> list[Callable[[float], None]]:
        tally, works = self._tally, list[Callable[[float], None]]()
        for settings, client, async_client in zip(
            self._settings, self._sync, self._async, strict=True
        ):
            name = settings["client_id"]
            make: Callable[[], Any] = partial(Persium, **settings, **OPTIONS)
            make_async: Callable[[], Any] = partial(AsyncPersium, **settings, **OPTIONS)
            works += [partial(threads.shared, client, name, tally)] * 2
            works.append(partial(threads.churned, make, name, tally))
            works += [
                partial(tasks.loops, backend, (async_client, client), make_async, name, tally)
                for backend in ("asyncio", "trio")
            ]
        first = self._settings[0]["client_id"]
        works.append(partial(threads.shared, self._own, first, tally))
        works.append(partial(threads.misrouted, self._misrouted, tally))
        works.append(partial(threads.forked, self._sync[0], first, tally))
        return works
