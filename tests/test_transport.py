"""The clients of httpx that a transport makes: one, however many come for it, and none in vain."""

from __future__ import annotations

from typing import Any

import httpx

from persium_ext._transport import Transport
from persium_ext._wire import Message

MESSAGE = Message(method="GET", url="https://api.example/me")


class Engine:
    """Makes clients; before the first is there, another thread comes for one."""

    def __init__(self) -> None:
        self.made: list[httpx.Client] = []
        self.transport: Any = None

    def start(self, kind: type[httpx.Client]) -> httpx.Client:
        """Make one."""
        self.made.append(kind())
        if len(self.made) == 1:
            self.transport._client(MESSAGE)  # noqa: SLF001  # the race
        return self.made[-1]


def test_two_that_come_at_once_use_the_same_client() -> None:
    """The one that was kept first; the other is let go."""
    engine: Any = Engine()
    engine.transport = transport = Transport(engine)

    client: Any = transport._client(MESSAGE)  # noqa: SLF001  # the same

    assert len(engine.made) == 2
    assert transport._client(MESSAGE) is client  # noqa: SLF001  # the same
    for made in engine.made:
        made.close()


def test_a_child_of_a_client_that_was_never_used() -> None:
    """There is nothing to leave alone."""
    engine: Any = Engine()
    transport = Transport(engine)

    transport.reset()

    assert engine.made == []
