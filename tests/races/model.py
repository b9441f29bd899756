"""What a cache with single flight ought to do, as plain as it can be said.

Nothing here waits: each step says at once who gets what, and how many requests it takes.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

Caller = Hashable
Outcome = str
"""The value of a token, or the words of a failure."""


@dataclass
class Times:
    """The three clocks (seconds)."""

    wall: float = 1e9
    steady: float = 5_000.0
    monotonic: float = 100.0

    def run(self, seconds: float) -> None:
        """Let *seconds* pass on all of them."""
        self.wall += seconds
        self.steady += seconds
        self.monotonic += seconds


@dataclass(frozen=True)
class Token:
    """A token, and the moment at which its request was sent."""

    value: str
    life: float
    wall: float
    steady: float

    def left(self, now: Times) -> float:
        """Seconds that it lives on, by the clock that says less."""
        return self.life - max(now.wall - self.wall, now.steady - self.steady)


@dataclass(eq=False)
class Credentials:
    """What is known for one secret."""

    token: Token | None = None
    failure: Outcome = ""
    quiet_until: float = 0
    outages: int = 0
    asked_at: tuple[float, float] | None = None

    def known(self, now: Times) -> Outcome | None:
        """What a caller gets without a request."""
        if self.token is not None and self.token.left(now) >= 30:
            return self.token.value
        return self.failure if now.steady < self.quiet_until else None

    def fail(self, words: str, now: Times, *, refused: bool) -> None:
        """Remember a failure."""
        pause = 60 if refused else (5, 10, 20, 30)[min(self.outages, 3)]
        self.outages = 0 if refused else self.outages + 1
        self.failure, self.quiet_until = words, now.steady + pause


@dataclass(eq=False)
class Source:
    """One client's callers; those that wait do so behind a leader."""

    secret: str
    credentials: Credentials = field(default_factory=Credentials)
    awaited: Credentials | None = None
    waiting: list[Caller] = field(default_factory=list[Caller])


class Model:
    """Sources, credentials and callers."""

    def __init__(self, secrets: list[str]) -> None:
        self.now = Times()
        self.sources = [Source(secret) for secret in secrets]
        self.credentials: dict[str, Credentials] = {}
        self.requests = 0
        self.outcomes: dict[Caller, Outcome] = {}

    def call(self, source: Source, caller: Caller) -> None:
        """A caller wants a token."""
        token = source.credentials.token
        if token is not None and token.left(self.now) >= 30:
            self.outcomes[caller] = token.value
            return
        source.waiting.append(caller)
        self._go(source)

    def leave(self, source: Source, caller: Caller, *, leads: bool, asks: bool) -> None:
        """A caller is cancelled: who leads hands over, who asks takes the request along."""
        source.waiting.remove(caller)
        awaited = source.awaited
        if leads:
            source.awaited = None
        if asks and awaited is not None:
            awaited.asked_at = None
            for other in [other for other in self.sources if other.awaited is awaited]:
                self._ask(awaited, other)
        self._go(source)

    def token_comes(self, awaited: Credentials, value: str, life: float) -> None:
        """The token request that is under way brings a token of *life* seconds."""
        assert awaited.asked_at
        token = Token(value, life, *awaited.asked_at)
        left = token.left(self.now)
        if life > 0 >= left:
            self.failure_comes(awaited, "TokenResponseInvalid")
            return
        awaited.outages, awaited.quiet_until = 0, 0.0
        if left >= 30:
            awaited.token = token
        self._land(awaited, value)

    def failure_comes(self, awaited: Credentials, words: str, *, refused: bool = False) -> None:
        """It fails."""
        awaited.fail(words, self.now, refused=refused)
        self._land(awaited, words)

    def forget(self, source: Source, value: str) -> None:
        """The API has refused a token."""
        token = source.credentials.token
        if token is not None and token.value == value:
            source.credentials.token = None

    def _go(self, source: Source) -> None:
        if source.awaited is not None or not source.waiting:
            return
        source.credentials = self.credentials.setdefault(source.secret, Credentials())
        source.awaited = source.credentials
        known = source.credentials.known(self.now)
        if known is not None:
            self._serve(source, known)
        else:
            self._ask(source.credentials, source)

    def _ask(self, credentials: Credentials, source: Source) -> None:
        known = credentials.known(self.now)
        if credentials.asked_at is not None or source.awaited is not credentials:
            return
        if known is not None:
            self._land(credentials, known)
            return
        credentials.asked_at = (self.now.wall, self.now.steady)
        self.requests += 1

    def _land(self, awaited: Credentials, outcome: Outcome) -> None:
        awaited.asked_at = None
        for source in self.sources:
            if source.awaited is awaited:
                self._serve(source, outcome)

    def _serve(self, source: Source, outcome: Outcome) -> None:
        self.outcomes.update(dict.fromkeys(source.waiting, outcome))
        source.waiting, source.awaited = [], None
