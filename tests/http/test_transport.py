"""The httpx clients that a transport makes: one at most, and none before the first request."""

from __future__ import annotations

from typing import Any

import httpx

from persium_ext._http.messages import Request
from persium_ext._http.transport import Transport

REQUEST = Request(method="GET", url="https://api.example/me")


class Connections:
    """Makes clients; while the first is made, another thread asks for one."""

    def __init__(self) -> None:
        self.made: list[httpx.Client] = []
        self.transport: Any = None

    def build_client(self, kind: type[httpx.Client]) -> httpx.Client:
        """Make a client."""
        self.made.append(kind())
        if len(self.made) == 1:
            self.transport._client(REQUEST)  # noqa: SLF001  # this is the race
        return self.made[-1]


def test_two_threads_use_the_same_client() -> None:
    """The client that was stored first is used; the other is dropped."""
    connections: Any = Connections()
    connections.transport = transport = Transport(connections)

    client: Any = transport._client(REQUEST)  # noqa: SLF001  # nothing public shows it

    assert len(connections.made) == 2
    assert transport._client(REQUEST) is client  # noqa: SLF001  # nothing public shows it
    for made in connections.made:
        made.close()


def test_reset_before_the_first_request() -> None:
    """A forked child of an unused client makes no connection."""
    connections: Any = Connections()
    transport = Transport(connections)

    transport.reset()

    assert connections.made == []
