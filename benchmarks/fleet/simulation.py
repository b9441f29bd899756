"""A fleet under a simulated clock: each process has the shipped cache, back-off, policy and budget.

Calls of a process are a Poisson process. Calls that find a token that nobody has to renew change
nothing, so they are not simulated one by one: the next call that matters is drawn instead.
"""

from __future__ import annotations

import heapq
import math
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from persium_ext._http.messages import TransportError
from persium_ext._retry.budget import RetryBudget
from persium_ext._retry.limits import REFRESH_TIMEOUT
from persium_ext._retry.policy import RetryPolicy
from persium_ext._runtime.clock import Instant
from persium_ext._text.secret import Secret
from persium_ext._tokens.access_token import REFRESH_MARGIN, AccessToken
from persium_ext._tokens.cache import REFRESH_FROM, CacheEntry
from persium_ext._tokens.token_failure import TokenFailure, no_response

from .endpoint import TIMEOUT, Answer, Endpoint

DEADLINE: Final = 60.0
ROUTE: Final = "own connections"
_POLICY: Final = RetryPolicy()
_URL: Final = "https://auth.example/token"
_SECRET: Final = Secret("not-a-real-secret")
_REFUSED: Final = TransportError(reason="connection refused", unsent=True)
_TIMED_OUT: Final = TransportError(reason="no response", timed_out=True)


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """What is simulated.

    Attributes:
        processes: How many.
        seconds: How long.
        started_within: The processes start evenly within so many seconds.
        life: Seconds that a token is valid for.
        interval: Mean seconds between two calls of a process.
        spread: Whether the clients have ``spread_refresh=True``.
        capacity: Token requests a second that the endpoint serves.
        down_from: The second at which the endpoint begins to refuse connections.
        down_for: For how many seconds.
    """

    processes: int
    seconds: float
    started_within: float
    spread: bool
    capacity: float
    life: float = 300.0
    interval: float = 10.0
    down_from: float = 0.0
    down_for: float = 0.0


@dataclass
class Result:
    """What happened, by second.

    Attributes:
        served: Token requests that the endpoint got.
        refused: Token requests that it refused in its outage.
        failed: Calls that failed because there was no token.
        calls: Mean number of calls in a second, of all processes.
    """

    served: Counter[int]
    refused: Counter[int]
    failed: Counter[int]
    calls: float

    def share_failed(self, start: float, end: float) -> float:
        """Return the share of the calls from second *start* to *end* that failed."""
        failed = sum(self.failed[second] for second in range(int(start), int(end)))
        return failed / (self.calls * (end - start))

    def requests(self, start: float, end: float) -> list[int]:
        """Return the token requests in each second, refused ones included."""
        return [self.served[s] + self.refused[s] for s in range(int(start), int(end))]


def simulate(fleet: Fleet, *, seed: int = 1) -> Result:
    """Run *fleet*; the same *seed* gives the same result."""
    endpoint = Endpoint(fleet.capacity, fleet.down_from, fleet.down_from + fleet.down_for)
    clock = Clock()
    failed: Counter[int] = Counter()
    state = random.getstate()
    random.seed(seed)  # the shipped code draws from it too
    try:
        for number in range(fleet.processes):
            process = Process(fleet, endpoint, clock, failed)
            clock.at(number * fleet.started_within / fleet.processes, process.start)
        clock.run(until=fleet.seconds)
    finally:
        random.setstate(state)
    calls = fleet.processes / fleet.interval
    return Result(endpoint.served, endpoint.refused, failed, calls)


Action = Callable[[float], None]


class Clock:
    """Runs actions in the order of their times."""

    def __init__(self) -> None:
        self._queue: list[tuple[float, int, Action]] = []
        self._count = 0

    def at(self, time: float, action: Action) -> None:
        """Run *action* at second *time*."""
        self._count += 1
        heapq.heappush(self._queue, (time, self._count, action))

    def run(self, *, until: float) -> None:
        """Run the actions before second *until*."""
        while self._queue and self._queue[0][0] < until:
            time, _, action = heapq.heappop(self._queue)
            action(time)


@dataclass
class _Request:
    """A token request in flight, with its attempts."""

    started: float
    is_refresh: bool
    attempts: int = 0


@dataclass
class Process:
    """One process of a fleet."""

    fleet: Fleet
    endpoint: Endpoint
    clock: Clock
    failed: Counter[int]
    entry: CacheEntry = field(default_factory=CacheEntry)
    budget: RetryBudget = field(default_factory=RetryBudget)

    def start(self, at: float) -> None:
        """Begin to call."""
        self._next_call(at)

    def _next_call(self, after: float) -> None:
        """Draw the first call after *after*."""
        self.clock.at(after + random.expovariate(1 / self.fleet.interval), self._call)

    def _call(self, at: float) -> None:
        now = _instant(at)
        found = self.entry.lookup(now, route=ROUTE, patience=DEADLINE)
        if isinstance(found, TokenFailure):
            self.failed[int(at)] += 1
            self._next_call(at)
        elif found is None:
            self._attempt(at, _Request(at, is_refresh=False))
        elif self.fleet.spread and self.entry.claim_refresh(now):
            self._attempt(at, _Request(at, is_refresh=True))
        else:
            self._next_call(max(at, self._matters_from(found)))

    def _matters_from(self, token: AccessToken) -> float:
        """Return from when on a call may do more than send *token*."""
        usable = token.expires_in - REFRESH_MARGIN
        early = REFRESH_FROM * token.expires_in if self.fleet.spread else math.inf
        return token.sent.steady + min(usable, early)

    def _attempt(self, at: float, request: _Request) -> None:
        request.attempts += 1
        timeout = REFRESH_TIMEOUT if request.is_refresh else TIMEOUT
        answer = self.endpoint.answer(at, timeout=timeout)
        self.clock.at(answer.at, lambda now: self._arrived(now, at, answer, request))

    def _arrived(self, at: float, sent: float, answer: Answer, request: _Request) -> None:
        if answer.granted:
            self.budget = self.budget.refill()
            self.entry.store(_token(self.fleet.life, sent, at), _instant(at), route=ROUTE)
            self._next_call(at)
            return
        failure = _failure(answer, request.attempts)
        if request.is_refresh:
            self.entry.refresh_failed(failure, _instant(at))
            self._next_call(at)
        elif (delay := self._delay(at, failure, request)) is not None:
            self.clock.at(at + delay, lambda now: self._attempt(now, request))
        else:
            self.entry.remember(failure, _instant(at))
            self.failed[int(at)] += 1 + _arrivals((at - request.started) / self.fleet.interval)
            self._next_call(at)

    def _delay(self, at: float, failure: TokenFailure, request: _Request) -> float | None:
        """Return the seconds before the next attempt, as ``next_delay`` does; None: give up."""
        delay = _POLICY.wait(failure.attempt(request.attempts), jitter=random.random())
        if delay is None or at + delay >= request.started + DEADLINE:
            return None
        left = self.budget.spend(throttled=False)
        self.budget = left or self.budget
        return None if left is None else delay


def _instant(at: float) -> Instant:
    return Instant(wall=at, steady=at)


def _token(life: float, sent: float, received: float) -> AccessToken:
    return AccessToken(
        value=_SECRET,
        token_type="Bearer",  # noqa: S106  # not a password
        scope=None,
        expires_in=life,
        sent=_instant(sent),
        received=_instant(received),
    )


def _failure(answer: Answer, attempts: int) -> TokenFailure:
    error = _TIMED_OUT if answer.timed_out else _REFUSED
    return no_response(error, url=_URL, secret=_SECRET, attempts=attempts)


def _arrivals(mean: float) -> int:
    """Draw how many calls joined a request, from a Poisson distribution."""
    count, left = 0, random.expovariate(1)
    while left < mean:
        count += 1
        left += random.expovariate(1)
    return count
