"""The clients of httpx that a transport makes: one, however many come for it, and none in vain."""

from __future__ import annotations

from typing import Any

import httpx

from persium_ext._http.messages import Request
from persium_ext._http.transport import Transport

REQUEST = Request(method="GET", url="https://api.example/me")


class Connections:
    """Makes clients; before the first is there, another thread comes for one."""

    def __init__(self) -> None:
        self.made: list[httpx.Client] = []
        self.transport: Any = None

    def build_client(self, kind: type[httpx.Client]) -> httpx.Client:
        """Make one."""
        self.made.append(kind())
        if len(self.made) == 1:
            self.transport._client(REQUEST)  # noqa: SLF001  # the race
        return self.made[-1]


def test_two_that_come_at_once_use_the_same_client() -> None:
    """The one that was kept first; the other is let go."""
    connections: Any = Connections()
    connections.transport = transport = Transport(connections)

    client: Any = transport._client(REQUEST)  # noqa: SLF001  # the same

    assert len(connections.made) == 2
    assert transport._client(REQUEST) is client  # noqa: SLF001  # the same
    for made in connections.made:
        made.close()


def test_a_child_of_a_client_that_was_never_used() -> None:
    """There is nothing to leave alone."""
    connections: Any = Connections()
    transport = Transport(connections)

    transport.reset()

    assert connections.made == []
