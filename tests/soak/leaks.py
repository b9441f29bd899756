"""Leaks and errors on purpose: the soak has to fail with each of them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any, Final

from persium_ext import AsyncPersium, Persium
from persium_ext._runtime.single_flight import Flight
from persium_ext._tokens.cache import PROCESS_CACHE

from .tally import Tally

_kept: Final[list[Any]] = []


def responses() -> None:
    """Keep every response."""
    answered = Tally.answered

    def keep(self: Tally, me: Any, **expected: str) -> None:
        _kept.append(me)
        answered(self, me, **expected)

    Tally.answered = keep  # type: ignore[method-assign]


def flights() -> None:
    """Keep every token request's flight."""
    complete = Flight.complete

    def keep(self: Flight[Any], result: Any) -> None:
        _kept.append(self)
        complete(self, result)

    Flight.complete = keep  # type: ignore[method-assign]


def sockets() -> None:
    """Open a socket for every hundredth client."""

    def leak(number: int) -> None:
        if number % 100 == 0:
            _kept.append(socket.socket())

    _with_each_client(leak)


def threads() -> None:
    """Start a thread that does not end, for every hundredth client."""

    def leak(number: int) -> None:
        if number % 100 == 0:
            threading.Thread(target=threading.Event().wait, daemon=True).start()

    _with_each_client(leak)


def clients() -> None:
    """Keep every client that was made."""
    for kind in (Persium, AsyncPersium):
        _after_init(kind, _kept.append)


def bodies() -> None:
    """Give every thousandth caller the response of another call."""
    answered = Tally.answered
    last: list[Any] = []

    def swap(self: Tally, me: Any, **expected: str) -> None:
        if last and self.calls % 1000 == 999:
            me = last[0]
        last[:] = [me]
        answered(self, me, **expected)

    Tally.answered = swap  # type: ignore[method-assign]


def tokens() -> None:
    """Drop the tokens after every tenth response."""
    answered = Tally.answered

    def drop(self: Tally, me: Any, **expected: str) -> None:
        if self.calls % 10 == 0:
            PROCESS_CACHE.clear()
        answered(self, me, **expected)

    Tally.answered = drop  # type: ignore[method-assign]


def _with_each_client(leak: Callable[[int], object]) -> None:
    made: list[None] = []

    def count(_: object) -> None:
        made.append(None)
        leak(len(made))

    for kind in (Persium, AsyncPersium):
        _after_init(kind, count)


def _after_init(kind: Any, then: Callable[[object], object]) -> None:
    init = kind.__init__

    def wrapped(self: object, *args: Any, **given: Any) -> None:
        init(self, *args, **given)
        then(self)

    kind.__init__ = wrapped


LEAKS: Final[dict[str, Callable[[], None]]] = {
    leak.__name__: leak for leak in (responses, flights, sockets, threads, clients, bodies, tokens)
}
