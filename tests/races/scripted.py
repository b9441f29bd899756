"""Token sources in an event loop whose time stands still, before a wire that a test speaks for."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import pytest

from persium_ext import PersiumError, RetryPolicy
from persium_ext._http.messages import Headers, Request, Response, TransportError
from persium_ext._retry.limits import RequestLimits
from persium_ext._runtime import clock, single_flight
from persium_ext._runtime.clock import Deadline, Instant, OutOfTimeError
from persium_ext._runtime.tasks import TaskBackend
from persium_ext._tokens.access_token import AccessToken
from persium_ext._tokens.cache import CacheEntry, TokenCache
from persium_ext._tokens.source import AsyncTokenSource
from persium_ext._tokens.token_failure import TokenFailure
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

    patch.setattr(clock, "wall", lambda: times.wall)
    patch.setattr(clock, "steady", lambda: times.steady)
    patch.setattr(clock, "time", Time)
    patch.setattr(single_flight, "time", Time)


def forget_hangs(patch: pytest.MonkeyPatch) -> None:
    """Remember no missing response: whom that concerns is not part of the model."""
    remember = CacheEntry.remember

    def answers_only(entry: CacheEntry, failure: TokenFailure, now: Instant) -> None:
        if failure.patience == float("inf"):
            remember(entry, failure, now)

    patch.setattr(CacheEntry, "remember", answers_only)


@dataclass(eq=False)
class TokenRequest:
    """A token request that waits for its response."""

    secret: str
    asks: Task | None
    answer: asyncio.Future[Response | TransportError]


class Wire:
    """Takes token requests; the test answers."""

    def __init__(self) -> None:
        self.count = 0
        self.connections, self.route, self.is_own = self, "the only one", True
        self.waiting: list[TokenRequest] = []

    async def send(
        self, request: Request, *, deadline: Deadline, **_: object
    ) -> Response | TransportError:
        """Wait for the test."""
        assert deadline.remaining
        self.count += 1
        secret = parse_qs(request.options["content"].decode())["client_secret"][0]
        answer: asyncio.Future[Response | TransportError] = (
            asyncio.get_running_loop().create_future()
        )
        sent = TokenRequest(secret, asyncio.current_task(), answer)
        self.waiting.append(sent)
        try:
            return await answer
        finally:
            self.waiting.remove(sent)


def response(status: int, body: object) -> Response:
    """An answer with a JSON body."""
    return Response(
        status_code=status, headers=Headers([]), content=json.dumps(body).encode("ascii")
    )


class Origin:
    """A token source, its secret of this moment, and who leads its callers."""

    def __init__(self, wire: Wire, cache: TokenCache, secret: str) -> None:
        self.secret = secret
        self.leader: Task | None = None
        self._backend = TaskBackend()
        transport: Any = wire
        settings = Settings.resolve(
            token_url="http://127.0.0.1/token",
            api_base_url="http://127.0.0.1/api",
            client_id="a",
            client_secret=self._read,
        )
        self.source = AsyncTokenSource(
            settings, transport=transport, backend=self._backend, cache=cache, spread=False
        )

    def _read(self) -> str:
        self.leader = asyncio.current_task()
        return self.secret

    async def call(self, patience: float | None) -> AccessToken | PersiumError | OutOfTimeError:
        """Get a token as a call does; an error is an outcome, too."""
        limits = RequestLimits(  # no lease ends before its leader's deadline
            deadline=Deadline.after(patience), timeout=1e9, retry=RetryPolicy(attempts=1)
        )
        try:
            with self._backend.within(limits.deadline):
                return await self.source.token(limits)
        except (PersiumError, OutOfTimeError) as error:
            return error
        raise AssertionError
