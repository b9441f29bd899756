"""Token sources in an event loop whose time stands still, before a wire that a test speaks for."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import pytest

from persium_ext import PersiumError, RetryPolicy, _clock, _flight
from persium_ext._clock import Deadline
from persium_ext._renewal import Terms
from persium_ext._token_cache import AccessToken
from persium_ext._token_store import TokenStore
from persium_ext._tokens import AsyncTokenSource
from persium_ext._wire import Headers, Message, Outcome, Response
from persium_ext._worlds import OutOfTimeError, Tasks
from persium_ext.settings import Settings

from .model import Times

Task = asyncio.Task[Any]


class Loop(asyncio.SelectorEventLoop):
    """Its time is the test's."""

    def __init__(self, times: Times) -> None:
        super().__init__()
        self._times = times

    def time(self) -> float:
        """Tell the time."""
        return self._times.monotonic

    def settle(self) -> None:
        """Let every task run until it waits for something that only the test can give."""
        self.run_until_complete(_settle())


async def _settle() -> None:
    for _ in range(25):
        await asyncio.sleep(0)


def set_clocks(times: Times, patch: pytest.MonkeyPatch) -> None:
    """Make the client read *times*."""

    class Time:
        """In the place of the module."""

        @staticmethod
        def monotonic() -> float:
            return times.monotonic

    patch.setattr(_clock, "wall", lambda: times.wall)
    patch.setattr(_clock, "steady", lambda: times.steady)
    patch.setattr(_clock, "time", Time)
    patch.setattr(_flight, "time", Time)


@dataclass(eq=False)
class Request:
    """A token request that waits for its answer."""

    secret: str
    asks: Task | None
    answer: asyncio.Future[Outcome]


class Wire:
    """Takes token requests; the test answers."""

    def __init__(self) -> None:
        self.count = 0
        self.waiting: list[Request] = []

    async def send(self, message: Message, *, deadline: Deadline, **_: object) -> Outcome:
        """Wait for the test."""
        assert deadline.remaining
        self.count += 1
        secret = parse_qs(message.options["content"].decode())["client_secret"][0]
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        request = Request(secret, asyncio.current_task(), answer)
        self.waiting.append(request)
        try:
            return await answer
        finally:
            self.waiting.remove(request)


def response(status: int, body: object) -> Response:
    """An answer with a JSON body."""
    return Response(
        status_code=status, headers=Headers([]), content=json.dumps(body).encode("ascii")
    )


class Origin:
    """A token source, its secret of this moment, and who leads its callers."""

    def __init__(self, wire: Wire, store: TokenStore, secret: str) -> None:
        self.secret = secret
        self.leader: Task | None = None
        self._world = Tasks()
        transport: Any = wire
        settings = Settings.resolve(
            token_url="http://127.0.0.1/token",
            api_base_url="http://127.0.0.1/api",
            client_id="a",
            client_secret=self._read,
        )
        self.source = AsyncTokenSource(
            settings, transport=transport, world=self._world, store=store, spread=False
        )

    def _read(self) -> str:
        self.leader = asyncio.current_task()
        return self.secret

    async def call(self, patience: float | None) -> AccessToken | PersiumError | OutOfTimeError:
        """Get a token as a call does; an error is an outcome, too."""
        terms = Terms(
            deadline=Deadline.after(patience), timeout=None, retry=RetryPolicy(attempts=1)
        )
        try:
            with self._world.within(terms.deadline):
                return await self.source.token(terms)
        except (PersiumError, OutOfTimeError) as error:
            return error
        raise AssertionError
