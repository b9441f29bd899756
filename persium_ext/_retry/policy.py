"""Which requests are sent again, and after how long: values in, a value out."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen
from attrs.validators import ge, gt, instance_of, le

IDEMPOTENT: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
"""RFC 9110, section 9.2.2, without TRACE, which no API offers."""
TRANSIENT: Final = frozenset({408, 429, 502, 503, 504})
"""Statuses that may be gone a moment later."""
_SAFE: Final = frozenset({"GET", "HEAD"})
MAX_SECONDS: Final = 1_000_000
"""Of a limit or a wait; sockets that get more than 2**31 milliseconds may time out at once."""
_ASKS_TO_WAIT: Final = frozenset({429, 503})


@frozen
class Attempt:
    """One attempt of a request, and how it ended.

    Attributes:
        number: 1 for the first.
        method: HTTP method, upper case.
        status: HTTP status; None without a response.
        reason: What failed, in words without secrets; None: the status says it.
        unsent: There was no response, and the request certainly never reached the server.
        final: There was no response, and another attempt can't help.
        retry_after: Seconds that the server asked to wait.
        idempotency_key: The request carries an ``Idempotency-Key``.
        replayable: Its body can be sent again.
        retriable: Whether another attempt may help, where the caller knows; None: the method, the
            status and the rest decide.
    """

    number: int
    method: str
    status: int | None = field(default=None, kw_only=True)
    reason: str | None = field(default=None, kw_only=True)
    unsent: bool = field(default=False, kw_only=True)
    final: bool = field(default=False, kw_only=True)
    retry_after: float | None = field(default=None, kw_only=True)
    idempotency_key: bool = field(default=False, kw_only=True)
    replayable: bool = field(default=True, kw_only=True)
    retriable: bool | None = field(default=None, kw_only=True)

    @property
    def throttled(self) -> bool:
        """Whether the server reported too many requests."""
        return self.status == 429

    @property
    def repeatable(self) -> bool:
        """Whether a second attempt is safe, and may help."""
        if self.retriable is not None:
            return self.retriable
        if not self.replayable or self.final:
            return False
        again = self.method in IDEMPOTENT or self.idempotency_key
        if self.status is None:
            return again or self.unsent
        if self.status == 500:
            return self.method in _SAFE
        if self.status not in TRANSIENT:
            return False
        return again or (self.status in _ASKS_TO_WAIT and self.retry_after is not None)


@frozen(kw_only=True)
class RetryPolicy:
    """How often a call is retried, and how long it waits before each retry.

    The wait is ``Retry-After`` where the server sent one, else a random part ("full jitter") of
    ``base`` seconds, doubled with each attempt up to ``cap``.

    Attributes:
        attempts: Attempts in all; 1 switches retries off.
        base: Seconds, before the second attempt.
        throttled_base: Seconds, before the second attempt, after a 429.
        cap: Seconds of the longest back-off.
        longest_retry_after: A server that asks for more seconds gets no second attempt now.
    """

    attempts: int = field(default=3, validator=[instance_of(int), ge(1)])
    base: float = field(default=0.25, validator=[ge(0), le(MAX_SECONDS)])
    throttled_base: float = field(default=1.0, validator=[ge(0), le(MAX_SECONDS)])
    cap: float = field(default=8.0, validator=[gt(0), le(MAX_SECONDS)])
    longest_retry_after: float = field(default=60.0, validator=[ge(0), le(MAX_SECONDS)])

    def wait(self, attempt: Attempt, *, jitter: float) -> float | None:
        """Return the seconds before the next attempt; None: give up. *jitter* is from 0 to 1."""
        if not attempt.repeatable:
            return None
        return self.pause(
            attempt.number,
            throttled=attempt.throttled,
            retry_after=attempt.retry_after,
            jitter=jitter,
        )

    def pause(
        self, number: int, *, throttled: bool, retry_after: float | None, jitter: float
    ) -> float | None:
        """Return the seconds after attempt *number*, whose repetition is known to be safe."""
        if number >= self.attempts:
            return None
        if retry_after is not None:
            return retry_after if retry_after <= self.longest_retry_after else None
        base = self.throttled_base if throttled else self.base
        return jitter * min(self.cap, base * 2.0 ** (number - 1))
